package io.mainstay.actors.processing.recipe;

import com.typesafe.config.Config;
import io.mainstay.actors.postprocessing.image.PictureLimits;
import io.mainstay.actors.postprocessing.image.safety.SafetySettings;

/**
 * Bounds of picture sessions that are checked when the inputs are read.
 *
 * @param promptMax bytes of a prompt
 * @param picturesMax pictures of a session
 * @param inputPixelsMax pixels of an input picture
 * @param outputPixelsMax pixels of a picture after all its operations
 * @param requests of one request to a worker
 * @param safety where the policy of the safety gate comes from
 */
public record PictureBounds(
    int promptMax,
    int picturesMax,
    long inputPixelsMax,
    long outputPixelsMax,
    PictureLimits requests,
    SafetySettings safety) {
  private static final long HEAP_BYTES_PER_PIXEL = 20;
  private static final String PATH = "mainstay.processing.pictures.";

  public PictureBounds {
    within("pictures-max", picturesMax, 1, 1_000_000);
    within("input-pixels-max", inputPixelsMax, 64, 1L << 27);
    within("output-pixels-max", outputPixelsMax, 64, 1L << 28);
  }

  /** Reads {@code mainstay.processing.pictures}. */
  public static PictureBounds of(Config config) {
    return new PictureBounds(
        Math.toIntExact(config.getBytes("prompt-max")),
        config.getInt("pictures-max"),
        config.getLong("input-pixels-max"),
        config.getLong("output-pixels-max"),
        new PictureLimits(config.getBytes("request-max"), config.getInt("tile-margin")),
        SafetySettings.of(config.getConfig("safety")));
  }

  /** Heap that a picture takes at most while it is decoded, enlarged and encoded, in bytes. */
  static long heapBytes(long pixels, int scale) {
    return HEAP_BYTES_PER_PIXEL * (pixels + pixels * scale * scale);
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + name + " is " + value + "; allowed are " + least + " to " + most);
    }
  }
}
