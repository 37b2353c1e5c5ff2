package io.mainstay.actors.device.verdict;

import com.typesafe.config.Config;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;

/**
 * Whether a worker's I/O thread answers. Silence is added up tick by tick. A tick counts against
 * the worker only if the host's own ticker was on time (less than two beats since the last tick)
 * and the silence was the worker's own: what it was sent is written, what it wrote is read, and its
 * I/O thread neither ran nor waited for a CPU. So a stopped host, a starved thread on either side
 * or a stopped machine accuses nobody. Excused silence has a bound of its own, for a thread that
 * runs in circles. Silence alone never proves a wedged computation: see {@link ProgressWatch}.
 *
 * @param limits from settings
 * @param phase what follows from the silence so far; {@link Phase#DEAD} is final
 * @param lastTickNanos monotonic clock at the last tick
 * @param silentNanos silence that counts, since the last answer
 * @param excusedNanos silence on time but excused, since the last answer
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "communication_coordination",
    fields = "channel-health")
public record Liveness(
    Limits limits, Phase phase, long lastTickNanos, long silentNanos, long excusedNanos) {
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
   * @param killExcusedAfter silence of any kind until dead
   */
  public record Limits(
      Duration beat,
      Duration suspectAfter,
      Duration killFastAfter,
      Duration killSlowAfter,
      Duration reloadsFast,
      Duration killExcusedAfter) {
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
      if (killExcusedAfter.compareTo(suspectAfter.plus(killSlowAfter)) < 0) {
        throw new IllegalArgumentException(
            "liveness.kill-excused-after is "
                + killExcusedAfter.toMillis()
                + " ms; it must not be below suspect-after and kill-slow-after together");
      }
    }

    /** Reads {@code mainstay.device.liveness}. */
    public static Limits of(Config config) {
      return new Limits(
          config.getDuration("beat"),
          config.getDuration("suspect-after"),
          config.getDuration("kill-fast-after"),
          config.getDuration("kill-slow-after"),
          config.getDuration("reloads-fast"),
          config.getDuration("kill-excused-after"));
    }
  }

  /** A worker that has just said hello. */
  public static Liveness begin(Limits limits, long nowNanos) {
    return new Liveness(limits, Phase.ALIVE, nowNanos, 0, 0);
  }

  /** It answered a ping. */
  public Liveness answered() {
    return phase == Phase.DEAD ? this : new Liveness(limits, Phase.ALIVE, lastTickNanos, 0, 0);
  }

  /**
   * A beat of the host.
   *
   * @param own whether a silence since the last tick is the worker's own
   * @param reloadMillis what it would take to load its models again
   */
  public Liveness tick(long nowNanos, boolean own, long reloadMillis) {
    if (phase == Phase.DEAD) {
      return this;
    }
    long gap = Math.max(0, nowNanos - lastTickNanos);
    boolean onTime = gap < 2 * limits.beat().toNanos();
    long silent = onTime && own ? silentNanos + gap : silentNanos;
    long excused = onTime && !own ? excusedNanos + gap : excusedNanos;
    return new Liveness(
        limits, phaseAfter(silent, excused, reloadMillis), nowNanos, silent, excused);
  }

  /** Silence of either kind, in milliseconds. */
  public long silentMillis() {
    return (silentNanos + excusedNanos) / 1_000_000;
  }

  private Phase phaseAfter(long silent, long excused, long reloadMillis) {
    if (silent + excused >= limits.killExcusedAfter().toNanos()) {
      return Phase.DEAD;
    }
    long suspect = limits.suspectAfter().toNanos();
    if (silent < suspect) {
      return phase;
    }
    boolean fast = reloadMillis <= limits.reloadsFast().toMillis();
    Duration grace = fast ? limits.killFastAfter() : limits.killSlowAfter();
    return silent >= suspect + grace.toNanos() ? Phase.DEAD : Phase.SUSPECTED;
  }
}
