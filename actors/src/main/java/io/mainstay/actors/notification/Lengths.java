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

  /** The same as a bound: rounded up, so that it is never shorter than the length. */
  static String atMost(Duration length) {
    long millis = length.plusNanos(999_999).toMillis();
    long unit = unitMillis(millis);
    return millis((millis + unit - 1) / unit * unit);
  }

  /** What the last digit of such a length stands for. */
  private static long unitMillis(long millis) {
    if (millis < 60_000) {
      return millis < 1_000 ? 1 : 100;
    }
    return Duration.ofMillis(millis).toMinutes() < 120 ? 60_000 : 3_600_000;
  }

  static String millis(long millis) {
    return text(Duration.ofMillis(millis));
  }
}
