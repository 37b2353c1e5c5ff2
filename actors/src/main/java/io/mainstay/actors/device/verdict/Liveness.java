package io.mainstay.actors.device.verdict;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Whether a worker's I/O thread answers. Silence is added up tick by tick, and a tick counts only
 * if it was the host's own fault in no way: the host's ticker was on time (less than two beats
 * since the last tick) and everything the worker had written was read. So a stopped host, a starved
 * reader or a stopped machine accuses nobody. Silence alone never proves a wedged computation: see
 * {@link ProgressWatch}.
 *
 * @param limits from settings
 * @param phase what follows from the silence so far; {@link Phase#DEAD} is final
 * @param lastTickNanos monotonic clock at the last tick
 * @param silentNanos silence that counts, since the last answer
 */
public record Liveness(Limits limits, Phase phase, long lastTickNanos, long silentNanos) {
  /** What is believed of the worker. */
  public enum Phase {
    ALIVE,
    SUSPECTED,
    DEAD
  }

  /**
   * When silence becomes suspicion, and suspicion a verdict.
   *
   * @param beat time between pings
   * @param suspectAfter silence until suspected
   * @param killFastAfter further silence until dead, for workers that reload fast
   * @param killSlowAfter the same for all others
   * @param reloadsFast a worker whose models reload within this reloads fast
   */
  public record Limits(
      Duration beat,
      Duration suspectAfter,
      Duration killFastAfter,
      Duration killSlowAfter,
      Duration reloadsFast) {
    public Limits {
      if (beat.toMillis() < 5 || beat.toMillis() > 10_000) {
        throw new IllegalArgumentException(
            "liveness.beat is " + beat.toMillis() + " ms; allowed are 5 ms to 10 s");
      }
      if (suspectAfter.compareTo(beat.multipliedBy(2)) < 0) {
        throw new IllegalArgumentException(
            "liveness.suspect-after is "
                + suspectAfter.toMillis()
                + " ms; it must be at least two beats (liveness.beat is "
                + beat.toMillis()
                + " ms), or healthy workers are suspected");
      }
      if (killFastAfter.compareTo(beat) < 0 || killSlowAfter.compareTo(killFastAfter) < 0) {
        throw new IllegalArgumentException(
            "liveness.kill-fast-after ("
                + killFastAfter.toMillis()
                + " ms) must be at least a beat, and liveness.kill-slow-after ("
                + killSlowAfter.toMillis()
                + " ms) at least as long");
      }
    }

    /** Reads {@code mainstay.device.liveness}. */
    public static Limits of(Config config) {
      return new Limits(
          config.getDuration("beat"),
          config.getDuration("suspect-after"),
          config.getDuration("kill-fast-after"),
          config.getDuration("kill-slow-after"),
          config.getDuration("reloads-fast"));
    }
  }

  /** A worker that has just said hello. */
  public static Liveness begin(Limits limits, long nowNanos) {
    return new Liveness(limits, Phase.ALIVE, nowNanos, 0);
  }

  /** It answered a ping. */
  public Liveness answered() {
    return phase == Phase.DEAD ? this : new Liveness(limits, Phase.ALIVE, lastTickNanos, 0);
  }

  /**
   * A beat of the host.
   *
   * @param drained whether all that the worker wrote until now was read
   * @param reloadMillis what it would take to load its models again
   */
  public Liveness tick(long nowNanos, boolean drained, long reloadMillis) {
    if (phase == Phase.DEAD) {
      return this;
    }
    long gap = nowNanos - lastTickNanos;
    boolean onTime = gap < 2 * limits.beat().toNanos();
    long silent = onTime && drained ? silentNanos + Math.max(0, gap) : silentNanos;
    return new Liveness(limits, phaseAfter(silent, reloadMillis), nowNanos, silent);
  }

  /** Silence that counts, in milliseconds. */
  public long silentMillis() {
    return silentNanos / 1_000_000;
  }

  private Phase phaseAfter(long silent, long reloadMillis) {
    long suspect = limits.suspectAfter().toNanos();
    if (silent < suspect) {
      return phase;
    }
    boolean fast = reloadMillis <= limits.reloadsFast().toMillis();
    Duration grace = fast ? limits.killFastAfter() : limits.killSlowAfter();
    return silent >= suspect + grace.toNanos() ? Phase.DEAD : Phase.SUSPECTED;
  }
}
