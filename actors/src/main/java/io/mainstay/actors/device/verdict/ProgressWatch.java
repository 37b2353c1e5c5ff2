package io.mainstay.actors.device.verdict;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Whether a worker's compute loop advances. A worker that answers pings while one request computes
 * for much longer than such requests ever took is wedged. Two pongs in a row have to say so, of the
 * same request at the same progress count.
 *
 * @param correlationId the request seen last, 0 for none
 * @param progress the compute loop's counter seen last
 * @param overdue pongs in a row that said the request is past its limit
 */
public record ProgressWatch(long correlationId, long progress, int overdue) {
  private static final int PONGS_TO_CONVICT = 2;

  /**
   * How long a computation may take.
   *
   * @param floor no step is convicted before this
   * @param factor of the learned p99 of such steps
   * @param unlearned for steps of a shape that was never seen
   * @param load for loading one model
   */
  public record Limits(Duration floor, double factor, Duration unlearned, Duration load) {
    public Limits {
      if (floor.toMillis() < 50) {
        throw new IllegalArgumentException(
            "progress.floor is " + floor.toMillis() + " ms; it must be at least 50 ms");
      }
      if (!(factor >= 1.5 && factor <= 100)) {
        throw new IllegalArgumentException(
            "progress.factor is " + factor + "; allowed are 1.5 to 100");
      }
      if (unlearned.compareTo(floor) < 0 || load.compareTo(floor) < 0) {
        throw new IllegalArgumentException(
            "progress.unlearned ("
                + unlearned.toMillis()
                + " ms) and progress.load ("
                + load.toMillis()
                + " ms) must be at least progress.floor ("
                + floor.toMillis()
                + " ms)");
      }
    }

    /** Reads {@code mainstay.device.progress}. */
    public static Limits of(Config config) {
      return new Limits(
          config.getDuration("floor"),
          config.getDouble("factor"),
          config.getDuration("unlearned"),
          config.getDuration("load"));
    }
  }

  /** Before the first pong. */
  public static ProgressWatch begin() {
    return new ProgressWatch(0, 0, 0);
  }

  /**
   * What a pong told.
   *
   * @param activeCorrelationId the request being computed, 0 for none
   * @param counter of the compute loop
   * @param activeNanos for how long it has been computed
   * @param limit for this request
   */
  public ProgressWatch seen(
      long activeCorrelationId, long counter, long activeNanos, Duration limit) {
    boolean over = activeCorrelationId != 0 && activeNanos > limit.toNanos();
    boolean same = activeCorrelationId == correlationId && counter == progress;
    int count = over ? (same ? overdue + 1 : 1) : 0;
    return new ProgressWatch(activeCorrelationId, counter, count);
  }

  /** True when the worker is to be killed. */
  public boolean wedged() {
    return overdue >= PONGS_TO_CONVICT;
  }
}
