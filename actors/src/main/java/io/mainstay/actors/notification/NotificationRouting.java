package io.mainstay.actors.notification;

import io.mainstay.actors.recovery.Severity;
import java.util.EnumSet;
import java.util.Set;

/**
 * Decides where a notification goes, by its kind and severity. Pure.
 *
 * @param administratorsFrom the least severe that administrators are told of
 * @param configured which of e-mail and webhook are set up
 */
public record NotificationRouting(Severity administratorsFrom, Set<Channel> configured) {
  public NotificationRouting {
    configured = Set.copyOf(configured);
  }

  /** The route; the same for the same arguments. */
  public Route of(NotificationKind kind, Severity severity) {
    if (kind.audience() == NotificationKind.Audience.WATCHERS) {
      return new Route(
          Set.of(Channel.USER_INTERFACE), Route.Presentation.PROGRESS_UPDATE, false, false);
    }
    Set<Channel> channels = EnumSet.of(Channel.USER_INTERFACE, Channel.SYSTEM_LOGS);
    if (administrators(kind, severity)) {
      channels.addAll(configured);
    }
    return new Route(channels, presentation(kind, severity), severity == Severity.CRITICAL, true);
  }

  /** The same, without the user interface where users are not told. */
  Route of(NotificationKind kind, Severity severity, boolean users) {
    Route all = of(kind, severity);
    return users ? all : all.withoutUsers();
  }

  /** Where one that nobody acknowledged is told again. */
  public Set<Channel> escalated(NotificationKind kind) {
    return kind.audience() == NotificationKind.Audience.USERS ? Set.of() : configured;
  }

  private boolean administrators(NotificationKind kind, Severity severity) {
    return switch (kind.audience()) {
      case WATCHERS, USERS -> false;
      case ADMINISTRATORS_TOO -> true;
      case BY_SEVERITY -> severity.atLeast(administratorsFrom);
    };
  }

  private static Route.Presentation presentation(NotificationKind kind, Severity severity) {
    if (kind == NotificationKind.RECOVERY_MILESTONE) {
      return Route.Presentation.PROGRESS_UPDATE;
    }
    return severity.atLeast(Severity.MEDIUM)
        ? Route.Presentation.POPUP_MESSAGE
        : Route.Presentation.STATUS_INDICATOR;
  }
}
