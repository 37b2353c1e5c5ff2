package io.mainstay.actors.notification.delivery;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Bounds of the deliveries; each courier has them for itself.
 *
 * @param rateMax messages within {@code ratePeriod}, 3 to 10,000
 * @param digestMax notifications in one digest, 2 to 1000
 * @param queueMax notifications that wait, 2 to 10,000
 * @param attempts of one message, 1 to 1000
 * @param backoffMin wait after the first failure; doubles up to {@code backoffMax}
 * @param retryAfterMax for which a service that asks for it is left alone at most
 * @param faultEvery within which a trouble of a service is raised as a fault once
 * @param lookInterval between two hand-overs of what is journaled as not delivered
 * @param timeout of connecting and of each answer
 */
public record DeliverySettings(
    int rateMax,
    Duration ratePeriod,
    int digestMax,
    int queueMax,
    int attempts,
    Duration backoffMin,
    Duration backoffMax,
    Duration retryAfterMax,
    Duration faultEvery,
    Duration lookInterval,
    Duration timeout) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.notifications.delivery";

  public DeliverySettings {
    within(3, 10_000, "rate-max", rateMax);
    within(2, 1_000, "digest-max", digestMax);
    within(2, 10_000, "queue-max", queueMax);
    within(1, 1_000, "attempts", attempts);
    within("rate-period", Duration.ofMillis(10), Duration.ofDays(1), ratePeriod);
    within("backoff-min", Duration.ofMillis(1), Duration.ofHours(1), backoffMin);
    within("backoff-max", backoffMin, Duration.ofDays(1), backoffMax);
    within("retry-after-max", Duration.ofMillis(10), Duration.ofDays(1), retryAfterMax);
    within("fault-every", Duration.ofMillis(10), Duration.ofDays(1), faultEvery);
    within("look-interval", Duration.ofMillis(10), Duration.ofHours(1), lookInterval);
    within("timeout", Duration.ofMillis(10), Duration.ofMinutes(10), timeout);
  }

  /** Reads {@link #PATH}. */
  public static DeliverySettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new DeliverySettings(
        config.getInt("rate-max"),
        config.getDuration("rate-period"),
        config.getInt("digest-max"),
        config.getInt("queue-max"),
        config.getInt("attempts"),
        config.getDuration("backoff-min"),
        config.getDuration("backoff-max"),
        config.getDuration("retry-after-max"),
        config.getDuration("fault-every"),
        config.getDuration("look-interval"),
        config.getDuration("timeout"));
  }

  private static void within(int min, int max, String name, int value) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are " + min + " to " + max);
    }
  }

  private static void within(String name, Duration min, Duration max, Duration value) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are " + min + " to " + max);
    }
  }
}
