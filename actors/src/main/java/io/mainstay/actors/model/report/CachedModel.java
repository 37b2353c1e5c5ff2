package io.mainstay.actors.model.report;

import java.util.List;

/**
 * What the cache has of one model, its files read anew. Node-local.
 *
 * @param modelId of the model
 * @param rebuildable whether its files can be made anew: those of the class path can, those of a
 *     models directory are the originals
 * @param files that were read
 * @param bytes of those
 * @param damaged files that are missing, or are not what their manifest says, as that names them
 * @param problem why it cannot be used, or empty
 */
public record CachedModel(
    String modelId,
    boolean rebuildable,
    int files,
    long bytes,
    List<String> damaged,
    String problem) {
  public CachedModel {
    damaged = List.copyOf(damaged);
  }

  /** Whether anything is wrong with it. */
  public boolean isDamaged() {
    return !damaged.isEmpty() || !problem.isEmpty();
  }

  /** One line for people. */
  public String text() {
    return isDamaged()
        ? modelId + ": " + (damaged.isEmpty() ? problem : "damaged " + String.join(", ", damaged))
        : "%s: %d files, %d bytes sound".formatted(modelId, files, bytes);
  }
}
