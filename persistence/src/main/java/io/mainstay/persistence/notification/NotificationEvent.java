package io.mainstay.persistence.notification;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.List;

/** What happened to a node's notifications. Names and fields only grow. */
public sealed interface NotificationEvent extends CausedEvent {
  /**
   * People are told something. Written before it is sent anywhere, as long as the journal can be
   * written.
   *
   * @param notificationId ULID
   * @param kind stable name, lower case with underscores; names a template
   * @param severity critical, high, medium, low or info
   * @param subject what it is about, such as a device
   * @param title one line
   * @param text what everybody is told
   * @param detail for administrators, or empty
   * @param presentation status_indicator, popup_message or progress_update
   * @param channels where it goes to
   * @param acknowledgeBy a person must have seen it by then, or it escalates; null if nobody must
   */
  record NotificationIssued(
      EventMeta meta,
      String notificationId,
      String kind,
      String severity,
      String subject,
      String title,
      String text,
      String detail,
      String presentation,
      List<String> channels,
      Instant acknowledgeBy)
      implements NotificationEvent {
    public NotificationIssued {
      channels = List.copyOf(channels);
    }
  }

  /**
   * The same happened again, too soon after it to be told once more.
   *
   * @param times since it was issued, or since the last of these events
   */
  record NotificationRepeated(EventMeta meta, String notificationId, int times)
      implements NotificationEvent {}

  /**
   * A server took them.
   *
   * @param notificationIds all that were in the one message; several in a digest
   * @param channel such as email
   * @param attempts that it took, 1 or more
   */
  record NotificationsDelivered(
      EventMeta meta, List<String> notificationIds, String channel, int attempts)
      implements NotificationEvent {
    public NotificationsDelivered {
      notificationIds = List.copyOf(notificationIds);
    }
  }

  /**
   * It is not tried any more; an alert says so.
   *
   * @param attempts that were made; 0 if there was no room to wait
   * @param cause of the last one, without addresses or secrets
   */
  record DeliveryAbandoned(
      EventMeta meta, List<String> notificationIds, String channel, int attempts, String cause)
      implements NotificationEvent {
    public DeliveryAbandoned {
      notificationIds = List.copyOf(notificationIds);
    }
  }

  /** A person has seen it. */
  record NotificationAcknowledged(EventMeta meta, String notificationId, String by, String note)
      implements NotificationEvent {}

  /**
   * Nobody has seen it in time: administrators are told again.
   *
   * @param level from 1
   * @param channels where it goes to again
   * @param acknowledgeBy when it escalates again; null if this was the last time
   */
  record NotificationEscalated(
      EventMeta meta,
      String notificationId,
      int level,
      List<String> channels,
      Instant acknowledgeBy)
      implements NotificationEvent {
    public NotificationEscalated {
      channels = List.copyOf(channels);
    }
  }

  /**
   * What it tells of went on.
   *
   * @param kind of what happened, as that of a notification
   * @param title one line
   * @param text what everybody is told
   */
  record NotificationWentOn(
      EventMeta meta, String notificationId, String kind, String title, String text)
      implements NotificationEvent {}

  /**
   * It made room for a newer one: nobody is reminded of it any more, and what of it was not
   * delivered is given up.
   *
   * @param bound of notifications that may wait at once
   */
  record NotificationDisplaced(EventMeta meta, String notificationId, int bound)
      implements NotificationEvent {}
}
