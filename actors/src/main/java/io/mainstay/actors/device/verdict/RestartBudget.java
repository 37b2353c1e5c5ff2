package io.mainstay.actors.device.verdict;

import com.typesafe.config.Config;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether and when a dead worker is started again. Counts deaths without proven work between them:
 * one good result clears the record, uptime does not. The first restart is immediate, later ones
 * wait twice as long each time. More than {@code intensity} such deaths within {@code period} spend
 * the budget. Vocabulary of Erlang/OTP's supervisor.
 *
 * @param limits from settings
 * @param deathsMillis monotonic times of the deaths that count, oldest first
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "policy_and_configuration",
    fields = "error-policy")
public record RestartBudget(Limits limits, List<Long> deathsMillis) {
  public RestartBudget {
    deathsMillis = List.copyOf(deathsMillis);
  }

  /**
   * Bounds of restarting.
   *
   * @param intensity most unproven deaths within the period
   * @param period over which they count
   * @param backoffMin wait before the second restart
   * @param backoffMax longest wait, before jitter
   * @param jitter largest share added to a wait, 0 to 1
   */
  public record Limits(
      int intensity, Duration period, Duration backoffMin, Duration backoffMax, double jitter) {
    public Limits {
      if (intensity < 1 || intensity > 1_000) {
        throw new IllegalArgumentException(
            "restart.intensity is " + intensity + "; allowed are 1 to 1000");
      }
      if (backoffMin.toMillis() < 1 || backoffMax.compareTo(backoffMin) < 0) {
        throw new IllegalArgumentException(
            "restart.backoff-min ("
                + backoffMin.toMillis()
                + " ms) must be at least 1 ms and at most restart.backoff-max ("
                + backoffMax.toMillis()
                + " ms)");
      }
      if (period.compareTo(backoffMax) < 0) {
        throw new IllegalArgumentException(
            "restart.period ("
                + period.toMillis()
                + " ms) must be at least restart.backoff-max ("
                + backoffMax.toMillis()
                + " ms), or the budget is never spent");
      }
      if (!(jitter >= 0 && jitter <= 1)) {
        throw new IllegalArgumentException("restart.jitter is " + jitter + "; allowed are 0 to 1");
      }
    }

    /** Reads {@code mainstay.device.restart}. */
    public static Limits of(Config config) {
      return new Limits(
          config.getInt("intensity"),
          config.getDuration("period"),
          config.getDuration("backoff-min"),
          config.getDuration("backoff-max"),
          config.getDouble("jitter"));
    }
  }

  /** What follows from a death. */
  public sealed interface Decision {}

  /** Start it again after the delay, which may be zero. */
  public record Restart(Duration delay) implements Decision {}

  /** Give up and tell the parent: so many deaths in the period. */
  public record Escalate(int deaths) implements Decision {}

  /** A decision, and the budget after it. */
  public record Outcome(RestartBudget next, Decision decision) {}

  /** Nothing is spent. */
  public static RestartBudget full(Limits limits) {
    return new RestartBudget(limits, List.of());
  }

  /**
   * The worker died.
   *
   * @param nowMillis monotonic
   * @param proven whether it gave at least one good result
   * @param random from 0 to 1, for the jitter
   */
  public Outcome died(long nowMillis, boolean proven, double random) {
    List<Long> counted = new ArrayList<>();
    if (!proven) {
      long oldest = nowMillis - limits.period().toMillis();
      deathsMillis.stream().filter(at -> at > oldest).forEach(counted::add);
    }
    counted.add(nowMillis);
    RestartBudget next = new RestartBudget(limits, counted);
    Decision decision =
        counted.size() > limits.intensity()
            ? new Escalate(counted.size())
            : new Restart(delay(counted.size(), random));
    return new Outcome(next, decision);
  }

  /** The last death turned out to be a request's doing: it does not count. */
  public RestartBudget forgiven() {
    return deathsMillis.isEmpty()
        ? this
        : new RestartBudget(limits, deathsMillis.subList(0, deathsMillis.size() - 1));
  }

  private Duration delay(int deaths, double random) {
    if (deaths <= 1) {
      return Duration.ZERO;
    }
    long max = limits.backoffMax().toMillis();
    int doublings = Math.min(deaths - 2, 30);
    long base = Math.min(max, limits.backoffMin().toMillis() << doublings);
    return Duration.ofMillis(Math.round(base * (1 + limits.jitter() * random)));
  }
}
