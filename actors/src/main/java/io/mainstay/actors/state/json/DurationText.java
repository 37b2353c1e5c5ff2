package io.mainstay.actors.state.json;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as text, such as {@code 30s} or {@code 5min}; each field prints in its own unit. */
final class DurationText {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|min|h)");

  private DurationText() {}

  static String seconds(Duration duration) {
    return plain(duration) + "s";
  }

  /** Whole minutes as such, anything else in seconds. */
  static String minutes(Duration duration) {
    return !duration.isZero() && duration.equals(Duration.ofMinutes(duration.toMinutes()))
        ? duration.toMinutes() + "min"
        : seconds(duration);
  }

  static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no duration; write a number and ms, s, min or h, such as 30s");
    }
    long nanosOfUnit =
        switch (form.group(2)) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "min" -> 60_000_000_000L;
          default -> 3_600_000_000_000L;
        };
    try {
      return Duration.ofNanos(
          new BigDecimal(form.group(1))
              .multiply(BigDecimal.valueOf(nanosOfUnit))
              .setScale(0, RoundingMode.HALF_UP)
              .longValueExact());
    } catch (ArithmeticException tooLong) {
      throw new IllegalArgumentException("'" + text + "' is above 292 years", tooLong);
    }
  }

  private static String plain(Duration duration) {
    BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros();
    return seconds.signum() == 0 ? "0" : seconds.toPlainString();
  }
}
