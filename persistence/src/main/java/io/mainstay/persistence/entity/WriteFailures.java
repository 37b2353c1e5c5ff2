package io.mainstay.persistence.entity;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.BackoffSupervisorStrategy;
import akka.actor.typed.SupervisorStrategy;
import com.typesafe.config.Config;
import java.time.Duration;

/**
 * What a log of a node does when a write fails: it recovers from the journal after a wait, and goes
 * on with what was put off behind that write. Only the failed one is not tried again: whether it
 * was written is not known, and who asked for it has a time-out.
 *
 * @param backoffMin before the first recovery; it doubles
 * @param backoffMax up to this
 * @param jitter share of a wait that is random
 */
public record WriteFailures(Duration backoffMin, Duration backoffMax, double jitter) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.write-failure";

  public WriteFailures {
    if (backoffMin.toMillis() < 1 || backoffMax.compareTo(backoffMin) < 0) {
      throw new IllegalArgumentException(
          PATH
              + ".backoff-min is "
              + backoffMin
              + "; it must be at least 1 ms and at most backoff-max, "
              + backoffMax);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException(PATH + ".jitter is " + jitter + "; allowed are 0 to 1");
    }
  }

  /** Reads {@link #PATH}. */
  public static WriteFailures of(Config root) {
    Config config = root.getConfig(PATH);
    return new WriteFailures(
        config.getDuration("backoff-min"),
        config.getDuration("backoff-max"),
        config.getDouble("jitter"));
  }

  /** As the settings of that system have it, for an event-sourced behavior. */
  public static BackoffSupervisorStrategy strategy(ActorSystem<?> system) {
    WriteFailures settings = of(system.settings().config());
    return SupervisorStrategy.restartWithBackoff(
        settings.backoffMin, settings.backoffMax, settings.jitter);
  }
}
