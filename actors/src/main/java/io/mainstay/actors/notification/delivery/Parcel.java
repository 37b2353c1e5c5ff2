package io.mainstay.actors.notification.delivery;

import io.mainstay.actors.recovery.Severity;
import java.time.Instant;

/**
 * A notification on its way to administrators.
 *
 * @param notificationId ULID
 * @param level escalation that it is; 0 for the first telling
 * @param severity by which it may overtake others
 * @param at when it was issued
 * @param eventId that 'mainstay journal explain' begins at
 * @param acknowledge whether a person must acknowledge it
 */
public record Parcel(
    String notificationId,
    int level,
    String kind,
    Severity severity,
    String subject,
    String title,
    String text,
    String detail,
    Instant at,
    String eventId,
    boolean acknowledge) {
  /** What makes it the same one when it is handed over again. */
  String key() {
    return notificationId + ":" + level;
  }

  boolean critical() {
    return severity == Severity.CRITICAL;
  }
}
