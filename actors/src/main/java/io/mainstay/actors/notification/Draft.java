package io.mainstay.actors.notification;

import io.mainstay.actors.notification.delivery.Parcel;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.notification.NotificationEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * A notification in its words, before it is journaled. Its id and its event's identity are made
 * once, so that it may be handed to the journal again.
 *
 * @param acknowledgeBy null if nobody must
 */
record Draft(
    String notificationId,
    EventMeta meta,
    NotificationKind kind,
    Severity severity,
    String subject,
    NotificationTemplates.Rendered words,
    Route route,
    Instant acknowledgeBy) {
  NotificationEvent.NotificationIssued event() {
    return new NotificationEvent.NotificationIssued(
        meta,
        notificationId,
        kind.text(),
        severityText(),
        subject,
        words.title(),
        words.text(),
        words.detail(),
        route.presentation().text(),
        route.channels().stream().map(Channel::text).sorted().toList(),
        acknowledgeBy);
  }

  Parcel parcel() {
    return new Parcel(
        notificationId,
        0,
        kind.text(),
        severity,
        subject,
        words.title(),
        words.text(),
        words.detail(),
        meta.at(),
        meta.eventId(),
        route.acknowledged());
  }

  NotificationLine line(NotificationLine.What what, int percent) {
    return new NotificationLine(
        0,
        meta.at(),
        what,
        route.journaled() ? notificationId : "",
        kind.text(),
        severityText(),
        subject,
        words.title(),
        words.text(),
        words.detail(),
        route.presentation().text(),
        route.acknowledged(),
        percent,
        "");
  }

  Set<Channel> channels() {
    return route.channels();
  }

  String severityText() {
    return severity.name().toLowerCase(Locale.ROOT);
  }
}
