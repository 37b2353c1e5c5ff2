package io.mainstay.actors.notification;

import java.time.Instant;

/**
 * One line of the event stream of the user interface. Node-local.
 *
 * @param ordering from 1 in each life of the node; without gaps
 * @param what happened
 * @param notificationId empty for progress, which is nobody's to acknowledge
 * @param percent of a recovery's progress; -1 where there is none
 * @param note who acknowledged, which level, how many times, why; or empty
 */
public record NotificationLine(
    long ordering,
    Instant at,
    What what,
    String notificationId,
    String kind,
    String severity,
    String subject,
    String title,
    String text,
    String detail,
    String presentation,
    boolean acknowledgementNeeded,
    int percent,
    String note) {
  /** What a line says of a notification. */
  public enum What {
    ISSUED,
    PROGRESS,
    REPEATED,
    ACKNOWLEDGED,
    ESCALATED,
    ABANDONED,
    /** What it tells of went on. */
    WENT_ON
  }

  /** The same as a line of that notification. */
  NotificationLine of(String id, String said) {
    return new NotificationLine(
        ordering,
        at,
        what,
        id,
        kind,
        severity,
        subject,
        title,
        text,
        detail,
        presentation,
        acknowledgementNeeded,
        percent,
        said);
  }

  NotificationLine at(long next) {
    return new NotificationLine(
        next,
        at,
        what,
        notificationId,
        kind,
        severity,
        subject,
        title,
        text,
        detail,
        presentation,
        acknowledgementNeeded,
        percent,
        note);
  }
}
