package io.mainstay.actors.model;

import com.typesafe.config.Config;

/**
 * {@code mainstay.model.derived}: what a directory in the diffusers layout without a manifest does
 * not say of itself.
 *
 * @param memoryFactor expected growth of a worker, for each byte of the graphs
 * @param memoryExtraBytes the same beside it: activations and the session's own
 * @param steps default
 * @param stepsMax most steps
 * @param guidance default
 * @param batchMax pictures in one batch
 * @param sideFactorMax longest side, in sides of what the model was trained for
 */
public record DerivedDefaults(
    double memoryFactor,
    long memoryExtraBytes,
    int steps,
    int stepsMax,
    double guidance,
    int batchMax,
    int sideFactorMax) {
  public DerivedDefaults {
    require("memory-factor", memoryFactor, 1, 100);
    require("memory-extra", memoryExtraBytes, 0, Long.MAX_VALUE);
    require("steps-max", stepsMax, 1, 1000);
    require("steps", steps, 1, stepsMax);
    require("guidance", guidance, 1, 100);
    require("batch-max", batchMax, 1, 256);
    require("side-factor-max", sideFactorMax, 1, 64);
  }

  static DerivedDefaults of(Config model) {
    Config derived = model.getConfig("derived");
    return new DerivedDefaults(
        derived.getDouble("memory-factor"),
        derived.getBytes("memory-extra"),
        derived.getInt("steps"),
        derived.getInt("steps-max"),
        derived.getDouble("guidance"),
        derived.getInt("batch-max"),
        derived.getInt("side-factor-max"));
  }

  private static void require(String name, double value, double least, double most) {
    // Written so that NaN fails too.
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          String.format(
              "mainstay.model.derived.%s is %s; it must be from %s to %s",
              name, value, least, most));
    }
  }
}
