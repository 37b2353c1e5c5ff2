package io.mainstay.persistence.blob;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Bounds of the blob store.
 *
 * @param chunkBytes of an upload, at most; below Artery's frame of 256 KiB
 * @param maxBytes of one blob
 * @param grace a blob without a reference, or an idle upload, is kept this long
 */
public record BlobSettings(int chunkBytes, long maxBytes, Duration grace) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.blob";

  private static final int CHUNK_BYTES_MAX = 128 * 1024;

  public BlobSettings {
    if (chunkBytes < 1 || chunkBytes > CHUNK_BYTES_MAX) {
      throw new IllegalArgumentException(
          PATH
              + ".chunk-size is "
              + chunkBytes
              + " bytes; allowed are 1 to "
              + CHUNK_BYTES_MAX
              + ", since larger messages are dropped between nodes");
    }
    if (maxBytes < chunkBytes) {
      throw new IllegalArgumentException(
          PATH
              + ".max-size is "
              + maxBytes
              + " bytes; must not be below chunk-size, "
              + chunkBytes);
    }
    if (grace.isNegative()) {
      throw new IllegalArgumentException(PATH + ".grace is " + grace + "; must not be negative");
    }
  }

  /** Reads {@link #PATH}. */
  public static BlobSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new BlobSettings(
        Math.toIntExact(config.getBytes("chunk-size")),
        config.getBytes("max-size"),
        config.getDuration("grace"));
  }
}
