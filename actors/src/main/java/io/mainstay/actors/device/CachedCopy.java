package io.mainstay.actors.device;

/**
 * An optimized copy of a model's component, as it is on the disk now. Node-local.
 *
 * @param key the original's SHA-256, a dash, and the kind of backend
 * @param path of the file
 * @param sha256 that it was written with, or empty
 * @param bytes that it has; 0 if it cannot be read
 * @param problem why it cannot be used, or empty
 */
public record CachedCopy(String key, String path, String sha256, long bytes, String problem) {
  /** SHA-256 of the file that it is a copy of. */
  public String original() {
    return key.substring(0, Math.max(0, key.lastIndexOf('-')));
  }

  public boolean isSound() {
    return problem.isEmpty();
  }
}
