package io.mainstay.actors.notification;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Where notifications go. E-mail and webhook are the two methods of the seeds' administrator_alerts
 * that have a server behind them; their dashboard is the event stream of the user interface.
 */
public enum Channel {
  /** The event stream: {@code mainstay watch}, later the console. */
  USER_INTERFACE,
  /** {@code logs/notifications.log} of the data directory. */
  SYSTEM_LOGS,
  EMAIL,
  WEBHOOK;

  /** Its name in the journal; fixed for ever. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The channel of that name, if there is one. */
  public static Optional<Channel> named(String text) {
    return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
  }
}
