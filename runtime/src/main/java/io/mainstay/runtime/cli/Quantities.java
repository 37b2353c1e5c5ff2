package io.mainstay.runtime.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Numbers as people read them. */
public final class Quantities {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Quantities() {}

  /** Such as {@code 21.9 MiB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  /** Such as {@code 2 h 5 min}, {@code 4.2 s} or {@code 17 ms}. */
  public static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 120_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    return millis < 7_200_000
        ? duration.toMinutes() + " min"
        : duration.toHours() + " h " + duration.toMinutesPart() + " min";
  }

  /** To the second, UTC; {@code -} for none. */
  public static String instant(Instant instant) {
    return instant == null ? "-" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
