package io.mainstay.actors.notification;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.notification.delivery.CourierHealth;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.notification.Notification;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What the node's {@link NotificationPost} is told and asked. Node-local. */
public sealed interface NotificationCommand
    permits NotificationCommand.Notify,
        NotificationCommand.Acknowledge,
        NotificationCommand.Get,
        NotificationCommand.ListNotifications,
        NotificationCommand.GetLines,
        NotificationCommand.Subscribe,
        NotificationCommand.LookAtDelivery,
        NotificationCommand.AlertsAre,
        PostNotice {
  /**
   * Tell people. The same kind about the same subject again within the repeat window is counted,
   * not told.
   *
   * @param subject what it is about, such as a device
   * @param words values of the kind's placeholders
   * @param cause the event that led to it, or null
   * @param users false for what the user interface does not show: logs and administrators alone are
   *     told
   */
  record Notify(
      NotificationKind kind,
      Severity severity,
      String subject,
      Words words,
      EventMeta cause,
      boolean users)
      implements NotificationCommand {
    /** Users are told too. */
    public Notify(
        NotificationKind kind, Severity severity, String subject, Words words, EventMeta cause) {
      this(kind, severity, subject, words, cause, true);
    }

    /** The same, for users or not. */
    public Notify forUsers(boolean told) {
      return new Notify(kind, severity, subject, words, cause, told);
    }
  }

  /** A person has seen it. Said again it answers the same; refused when nobody has to. */
  record Acknowledge(
      String notificationId, String by, String note, ActorRef<StatusReply<Notification>> replyTo)
      implements NotificationCommand {}

  /** One of them; refused when it is unknown. */
  record Get(String notificationId, ActorRef<StatusReply<Notification>> replyTo)
      implements NotificationCommand {}

  /**
   * Notifications, newest first.
   *
   * @param openOnly those that a person must still acknowledge
   * @param offset left out at the beginning, 0 or more
   * @param limit at most so many, and at most {@code page-max} of the settings
   */
  record ListNotifications(boolean openOnly, int offset, int limit, ActorRef<Page> replyTo)
      implements NotificationCommand {}

  /**
   * Answer to {@link ListNotifications}.
   *
   * @param total that the list is a part of
   * @param open that a person must still acknowledge, whatever was asked
   */
  record Page(int total, int open, List<Notification> notifications) {
    public Page {
      notifications = List.copyOf(notifications);
    }
  }

  /** Lines of the stream after that ordering; -1 to learn where the next one will be. */
  record GetLines(long after, int limit, ActorRef<Lines> replyTo) implements NotificationCommand {}

  /**
   * Answer to {@link GetLines}.
   *
   * @param last ordering to go on after
   * @param missed lines after the one asked for that are not held any more
   */
  record Lines(List<NotificationLine> lines, long last, long missed) {
    public Lines {
      lines = List.copyOf(lines);
    }
  }

  /**
   * From now on the subscriber hears every line, until it stops. Beyond the bound it hears none.
   */
  record Subscribe(ActorRef<NotificationLine> subscriber) implements NotificationCommand {}

  /**
   * How a channel to administrators does.
   *
   * @param tryNow what waits is tried at once, unless its service asked to be left alone
   */
  record LookAtDelivery(Channel channel, boolean tryNow, ActorRef<CourierHealth> replyTo)
      implements NotificationCommand {}

  /** Where alerts are raised; said once, before anything else. */
  record AlertsAre(ActorRef<AlertCommand> alerts) implements NotificationCommand {}
}
