package io.mainstay.actors.notification;

import java.time.Duration;

/**
 * What happens to a critical notification that nobody acknowledges.
 *
 * @param after time that people have each time, 10 ms to 7 days
 * @param most how often it is told again, 0 to 100
 */
public record EscalationSettings(Duration after, int most) {
  public EscalationSettings {
    String path = NotificationSettings.PATH + ".escalation";
    if (after.toMillis() < 10 || after.toDays() > 7) {
      throw new IllegalArgumentException(
          path + ".after is " + after + "; allowed are 10 ms to 7 days");
    }
    if (most < 0 || most > 100) {
      throw new IllegalArgumentException(path + ".most is " + most + "; allowed are 0 to 100");
    }
  }
}
