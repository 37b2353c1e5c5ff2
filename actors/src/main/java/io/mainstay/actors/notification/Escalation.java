package io.mainstay.actors.notification;

import io.mainstay.persistence.notification.Notification;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides when a notification that nobody has acknowledged is told again. Pure.
 *
 * @param settings how long, how often
 */
record Escalation(EscalationSettings settings) {
  /**
   * The next level.
   *
   * @param level from 1
   * @param acknowledgeBy when the level after it is due; null if there is none
   */
  record Level(int level, Instant acknowledgeBy) {}

  /** By when a fresh one must have been acknowledged; escalation off: far away. */
  Instant first(Instant issued) {
    return issued.plus(settings.after());
  }

  /** The level that is due at that time; empty if none is. */
  Optional<Level> due(Notification notification, Instant now) {
    if (!notification.awaitsAcknowledgement()
        || notification.acknowledgeBy() == null
        || now.isBefore(notification.acknowledgeBy())
        || notification.escalations() >= settings.most()) {
      return Optional.empty();
    }
    int level = notification.escalations() + 1;
    // From now, not from when it was due: a node that was down does not tell it many times at once.
    return Optional.of(
        new Level(level, level >= settings.most() ? null : now.plus(settings.after())));
  }

  /** When the next one of them is due; empty if none will be. */
  Optional<Instant> next(List<Notification> notifications) {
    return notifications.stream()
        .filter(
            each ->
                each.awaitsAcknowledgement()
                    && each.acknowledgeBy() != null
                    && each.escalations() < settings.most())
        .map(Notification::acknowledgeBy)
        .min(Instant::compareTo);
  }
}
