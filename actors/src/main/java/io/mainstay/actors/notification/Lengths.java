package io.mainstay.actors.notification;

import java.time.Duration;
import java.util.Locale;

/** Lengths of time in the words of a notification. */
final class Lengths {
  private Lengths() {}

  /** Such as 250 ms, 1.5 s, 12 min or 3 h. */
  static String text(Duration length) {
    long millis = length.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
    return length.toMinutes() < 120 ? length.toMinutes() + " min" : length.toHours() + " h";
  }

  static String millis(long millis) {
    return text(Duration.ofMillis(millis));
  }
}
