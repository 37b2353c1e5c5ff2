package io.mainstay.actors.model;

import com.typesafe.config.Config;

/**
 * Bounds of what the model domain remembers of those who ask; of {@code mainstay.model}.
 *
 * @param modeTriesMax how often a load that a mode keeps waiting is tried again
 * @param readAheadsMax loads that read files ahead and are remembered
 */
public record ModelBounds(int modeTriesMax, int readAheadsMax) {
  private static final String PATH = "mainstay.model";
  private static final int TRIES_MAX = 1_000;
  private static final int READ_AHEADS_MAX = 1_000_000;

  public ModelBounds {
    within("mode-tries-max", modeTriesMax, TRIES_MAX);
    within("read-aheads-max", readAheadsMax, READ_AHEADS_MAX);
  }

  /** Reads them from the root of a configuration. */
  public static ModelBounds of(Config root) {
    Config model = root.getConfig(PATH);
    return new ModelBounds(model.getInt("mode-tries-max"), model.getInt("read-aheads-max"));
  }

  private static void within(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are 1 to " + most);
    }
  }
}
