package io.mainstay.actors.notification;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.notification.delivery.Courier;
import io.mainstay.persistence.notification.Notification;

/** What a {@link NotificationDesk} is told and asked by its post, its couriers and its timers. */
sealed interface DeskCommand {
  /** Journal it, then hand it to its couriers. Said again it is not journaled twice. */
  record Issue(Draft draft) implements DeskCommand {}

  /**
   * That one goes on with the draft; one that is not there any more does not, and the draft is told
   * by itself.
   */
  record GoOn(String notificationId, Draft draft) implements DeskCommand {}

  /** It happened so often again. */
  record Count(String notificationId, int times) implements DeskCommand {}

  /** As {@link NotificationCommand.Acknowledge}. */
  record Acknowledge(
      String notificationId, String by, String note, ActorRef<StatusReply<Notification>> replyTo)
      implements DeskCommand {}

  /** As {@link NotificationCommand.Get}. */
  record Get(String notificationId, ActorRef<StatusReply<Notification>> replyTo)
      implements DeskCommand {}

  /** As {@link NotificationCommand.ListNotifications}. */
  record ListThem(
      boolean openOnly, int offset, int limit, ActorRef<NotificationCommand.Page> replyTo)
      implements DeskCommand {}

  /** A courier says what became of a message. */
  record Reported(Courier.Report report) implements DeskCommand {}

  /** See which notification is due to escalate. */
  record EscalationDue() implements DeskCommand {}

  /** Hand over again what is journaled as not delivered. */
  record Look() implements DeskCommand {}
}
