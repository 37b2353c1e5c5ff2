package io.mainstay.actors.recovery.leak;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Set;

/**
 * Whether a worker's memory grows without end while it has the same models. Pure and immutable. One
 * measurement that grew says nothing; several in a row, over a whole window, do.
 *
 * @param epoch of the worker, 0 before the first measurement
 * @param models that it has
 * @param bytes resident at the last measurement
 * @param grown measurements in a row that grew too fast
 */
record MemoryGrowth(long epoch, Set<String> models, long bytes, int grown) {
  /**
   * What a leak is.
   *
   * @param window that all measurements in a row cover
   * @param bytesPerMinute growth from which a measurement counts, at least 1
   * @param inARow measurements, at least 1
   */
  record Limits(Duration window, long bytesPerMinute, int inARow) {
    private static final String PATH = "mainstay.memory.leak";

    Limits {
      if (inARow < 1 || inARow > 100 || bytesPerMinute < 1) {
        throw new IllegalArgumentException(
            PATH
                + ": in-a-row is "
                + inARow
                + ", allowed 1 to 100; growth-per-minute is "
                + bytesPerMinute
                + " bytes, at least 1");
      }
      if (window.toMillis() < inARow) {
        throw new IllegalArgumentException(
            PATH + ".window is " + window + "; at least " + inARow + " ms, 1 ms a measurement");
      }
    }

    static Limits of(Config root) {
      Config config = root.getConfig(PATH);
      return new Limits(
          config.getDuration("window"),
          config.getBytes("growth-per-minute"),
          config.getInt("in-a-row"));
    }

    /** Between two measurements. */
    Duration interval() {
      return window.dividedBy(inARow);
    }

    /** Growth between two measurements from which it counts. */
    private long bytesPerMeasurement() {
      return Math.max(1, bytesPerMinute * interval().toMillis() / 60_000);
    }
  }

  MemoryGrowth {
    models = Set.copyOf(models);
  }

  static MemoryGrowth begin() {
    return new MemoryGrowth(0, Set.of(), 0, 0);
  }

  /** After a measurement, one interval after the last. */
  MemoryGrowth after(long nowEpoch, Set<String> nowModels, long nowBytes, Limits limits) {
    boolean same = epoch != 0 && epoch == nowEpoch && models.equals(nowModels);
    boolean grew = same && nowBytes - bytes >= limits.bytesPerMeasurement();
    return new MemoryGrowth(nowEpoch, nowModels, nowBytes, grew ? grown + 1 : 0);
  }

  /** Said once, when it becomes one. */
  boolean becameLeak(Limits limits) {
    return grown == limits.inARow();
  }
}
