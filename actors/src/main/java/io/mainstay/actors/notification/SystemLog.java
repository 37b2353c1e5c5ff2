package io.mainstay.actors.notification;

import io.mainstay.actors.recovery.Severity;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel system_logs: one line for each notification in {@code logs/notifications.log} of the
 * data directory, rolled daily and kept for 30 days (logback.xml).
 */
final class SystemLog {
  /** Name that logback.xml routes by. */
  static final String LOGGER = "io.mainstay.notifications";

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

  private SystemLog() {}

  /** The seeds' four levels. */
  enum Level {
    INFO,
    WARNING,
    ERROR,
    CRITICAL
  }

  static Level level(Severity severity) {
    return switch (severity) {
      case CRITICAL -> Level.CRITICAL;
      case HIGH -> Level.ERROR;
      case MEDIUM -> Level.WARNING;
      case LOW, INFO -> Level.INFO;
    };
  }

  static void write(Severity severity, NotificationLine line) {
    Level level = level(severity);
    String text =
        level.name().toLowerCase(Locale.ROOT)
            + " "
            + line.what().name().toLowerCase(Locale.ROOT)
            + " kind="
            + line.kind()
            + " subject="
            + oneLine(line.subject())
            + " id="
            + line.notificationId()
            + " title='"
            + oneLine(line.title())
            + "' text='"
            + oneLine(line.text())
            + "'"
            + (line.detail().isEmpty() ? "" : " detail='" + oneLine(line.detail()) + "'")
            + (line.note().isEmpty() ? "" : " note='" + oneLine(line.note()) + "'");
    switch (level) {
      case INFO -> LOG.info(text);
      case WARNING -> LOG.warn(text);
      case ERROR, CRITICAL -> LOG.error(text);
      default -> throw new IllegalStateException("no such level: " + level);
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
