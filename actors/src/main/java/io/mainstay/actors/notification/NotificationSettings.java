package io.mainstay.actors.notification;

import com.typesafe.config.Config;
import io.mainstay.actors.notification.delivery.DeliverySettings;
import io.mainstay.actors.notification.delivery.EmailSettings;
import io.mainstay.actors.notification.delivery.WebhookSettings;
import io.mainstay.actors.recovery.Severity;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Notifications of a node.
 *
 * @param repeatWindow in which the same is counted and not told again, 10 ms to 1 hour
 * @param repeatsMax pairs of kind and subject that are counted at once, 1 to 100,000
 * @param journalPatience after which a critical one is sent although it is not journaled
 * @param unjournaledMax that may wait for the journal, 1 to 10,000
 * @param watchHistory lines that a watcher can still see, 1 to 100,000
 * @param subscribersMax parts of the node that hear the stream, 1 to 1000
 * @param administratorsFrom the least severe that administrators are told of
 * @param email empty while it is off
 * @param webhook empty while it is off
 */
public record NotificationSettings(
    Duration repeatWindow,
    int repeatsMax,
    Duration journalPatience,
    int unjournaledMax,
    int watchHistory,
    int subscribersMax,
    EscalationSettings escalation,
    Severity administratorsFrom,
    DeliverySettings delivery,
    Optional<EmailSettings> email,
    Optional<WebhookSettings> webhook) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.notifications";

  public NotificationSettings {
    within("repeat-window", Duration.ofMillis(10), Duration.ofHours(1), repeatWindow);
    within("journal-patience", Duration.ofMillis(10), Duration.ofMinutes(1), journalPatience);
    within("repeats-max", 100_000, repeatsMax);
    within("unjournaled-max", 10_000, unjournaledMax);
    within("watch-history", 100_000, watchHistory);
    within("subscribers-max", 1_000, subscribersMax);
  }

  /** Reads {@link #PATH}, with the credentials that it names. */
  public static NotificationSettings of(Config root) {
    return of(root, System::getenv);
  }

  static NotificationSettings of(Config root, UnaryOperator<String> environment) {
    Config config = root.getConfig(PATH);
    return new NotificationSettings(
        config.getDuration("repeat-window"),
        config.getInt("repeats-max"),
        config.getDuration("journal-patience"),
        config.getInt("unjournaled-max"),
        config.getInt("watch-history"),
        config.getInt("subscribers-max"),
        new EscalationSettings(
            config.getDuration("escalation.after"), config.getInt("escalation.most")),
        severity(config.getString("administrator-alerts.severity-min")),
        DeliverySettings.of(root),
        EmailSettings.of(root, environment),
        WebhookSettings.of(root, environment));
  }

  private static Severity severity(String text) {
    try {
      return Severity.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          PATH
              + ".administrator-alerts.severity-min is "
              + text
              + "; critical, high, medium, low or info",
          unknown);
    }
  }

  private static void within(String name, int max, int value) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are 1 to " + max);
    }
  }

  private static void within(String name, Duration min, Duration max, Duration value) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are " + min + " to " + max);
    }
  }
}
