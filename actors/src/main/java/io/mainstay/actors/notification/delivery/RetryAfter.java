package io.mainstay.actors.notification.delivery;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The header by which a service says when it may be called again: seconds, or a date. Pure. */
final class RetryAfter {
  private static final Duration MOST = Duration.ofDays(365);

  private RetryAfter() {}

  /** How long that is from now; zero if it says nothing that can be read, or a time gone by. */
  static Duration of(String said, Instant now) {
    Duration wait = read(said.strip(), now);
    return wait.isNegative() ? Duration.ZERO : wait.compareTo(MOST) > 0 ? MOST : wait;
  }

  private static Duration read(String said, Instant now) {
    if (said.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(said));
    }
    try {
      return Duration.between(
          now, ZonedDateTime.parse(said, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException unreadable) {
      return Duration.ZERO;
    }
  }
}
