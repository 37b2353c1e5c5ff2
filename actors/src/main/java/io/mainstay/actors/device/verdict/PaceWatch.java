package io.mainstay.actors.device.verdict;

import com.typesafe.config.Config;

/**
 * Whether a device computes far slower than it has been seen to. Pure and immutable: one slow step
 * says nothing, many in a row do, and as many sound ones take it back.
 *
 * @param slow how many more steps were slow than not, 0 to {@code inARow}
 * @param degraded whether the device is slow
 */
public record PaceWatch(Limits limits, int slow, boolean degraded) {
  /**
   * What slow is.
   *
   * @param factor of the typical time of such a step, above 1, at most 1,000
   * @param inARow slow steps that make the device slow, 2 to 1,000
   * @param learned steps of a kind that must be known before one is judged, 1 to 128
   */
  public record Limits(double factor, int inARow, int learned) {
    private static final String PATH = "mainstay.device.pace";

    public Limits {
      if (!(factor > 1 && factor <= 1_000)) {
        throw new IllegalArgumentException(
            PATH + ".slow-factor is " + factor + "; above 1, at most 1000");
      }
      if (inARow < 2 || inARow > 1_000 || learned < 1 || learned > 128) {
        throw new IllegalArgumentException(
            PATH
                + ": slow-in-a-row is "
                + inARow
                + ", allowed 2 to 1000; learned-after is "
                + learned
                + ", allowed 1 to 128");
      }
    }

    /** Reads {@code mainstay.device.pace}. */
    public static Limits of(Config root) {
      Config config = root.getConfig(PATH);
      return new Limits(
          config.getDouble("slow-factor"),
          config.getInt("slow-in-a-row"),
          config.getInt("learned-after"));
    }
  }

  /** Before the first step. */
  public static PaceWatch begin(Limits limits) {
    return new PaceWatch(limits, 0, false);
  }

  /** After a step that took so long, where such a step typically takes that long. */
  public PaceWatch after(long nanos, long typicalNanos) {
    boolean isSlow = nanos > limits.factor() * typicalNanos;
    int next = Math.max(0, Math.min(limits.inARow(), slow + (isSlow ? 1 : -1)));
    return new PaceWatch(limits, next, degraded ? next > 0 : next == limits.inARow());
  }
}
