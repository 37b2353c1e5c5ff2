package io.mainstay.actors.notification;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.notification.delivery.Parcel;
import io.mainstay.persistence.notification.Notification;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What the {@link NotificationPost} hears from its desk, its subscribers and its own timers. */
sealed interface PostNotice extends NotificationCommand {
  /** It is in the journal. */
  record Journaled(String notificationId) implements PostNotice {}

  /** The same event was told of already, before the node's last end. */
  record ToldBefore(String notificationId) implements PostNotice {}

  /** Too many wait: that one, the oldest, made room for another. */
  record Displaced(Notification notification, int bound) implements PostNotice {}

  /** A notification goes on with the draft, and that is in the journal. */
  record WentOn(Notification notification, Draft draft) implements PostNotice {}

  /** There is none that could go on with the draft. */
  record Alone(String notificationId, Draft draft) implements PostNotice {}

  /** A person has seen it. */
  record Acknowledged(Notification notification) implements PostNotice {}

  /** Nobody has; said again after a restart. */
  record Escalated(Notification notification, EventMeta cause, boolean again)
      implements PostNotice {}

  /** A channel took a message. */
  record Delivered(String channel) implements PostNotice {}

  /** A channel did not. */
  record Abandoned(
      List<Parcel> parcels, String channel, int attempts, String reason, EventMeta meta)
      implements PostNotice {
    public Abandoned {
      parcels = List.copyOf(parcels);
    }
  }

  /** Look at what the journal has not taken. */
  record LookAtUnjournaled() implements PostNotice {}

  /** Journal what was only counted. */
  record CountsDue() implements PostNotice {}

  /** It stopped. */
  record SubscriberGone(ActorRef<NotificationLine> subscriber) implements PostNotice {}
}
