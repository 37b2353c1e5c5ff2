package io.mainstay.actors.alert;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.alert.Alert;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What the node's {@link AlertDesk} is told and asked. Node-local. */
public sealed interface AlertCommand {
  /**
   * Somebody must look. While one of the same kind and subject is open this changes nothing, so it
   * may be said again after a restart.
   *
   * @param kind stable name, lower case with underscores
   * @param subject what it is about, such as a device or a saga
   * @param message what happened, value and bound, cause; cut where it is too long
   * @param remedy what a person can do
   * @param cause the event that led to it, or null
   * @param replyTo told once it is durable, or null
   */
  record Raise(
      String kind,
      String subject,
      String message,
      String remedy,
      EventMeta cause,
      ActorRef<Done> replyTo)
      implements AlertCommand {
    /** Raise it, and tell nobody. */
    public Raise(String kind, String subject, String message, String remedy, EventMeta cause) {
      this(kind, subject, message, remedy, cause, null);
    }
  }

  /**
   * Its cause is gone. Nothing happens when no such alert is open.
   *
   * @param reason why, for people
   * @param cause the event that ended it, or null for the alert itself
   * @param replyTo told once it is durable, or null
   */
  record Clear(String kind, String subject, String reason, EventMeta cause, ActorRef<Done> replyTo)
      implements AlertCommand {
    /** Its cause is gone; tell nobody. */
    public Clear(String kind, String subject, String reason, EventMeta cause) {
      this(kind, subject, reason, cause, null);
    }

    /** Its cause is gone, and nothing more is known. */
    public Clear(String kind, String subject) {
      this(kind, subject, "its cause is gone", null, null);
    }
  }

  /** A person has seen it. Said again it answers the same; refused when it is not open. */
  record Acknowledge(String alertId, String by, String note, ActorRef<StatusReply<Alert>> replyTo)
      implements AlertCommand {}

  /** A person clears it, whatever its cause does. Said again it answers the same. */
  record ClearById(String alertId, String by, String reason, ActorRef<StatusReply<Alert>> replyTo)
      implements AlertCommand {}

  /** One alert; refused when it is unknown. */
  record Get(String alertId, ActorRef<StatusReply<Alert>> replyTo) implements AlertCommand {}

  /**
   * Alerts in the order of their raising.
   *
   * @param openOnly without those that were cleared
   * @param offset alerts left out at the beginning, 0 or more
   * @param limit at most so many, and at most {@code page-max} of the settings
   */
  record ListAlerts(boolean openOnly, int offset, int limit, ActorRef<Page> replyTo)
      implements AlertCommand {}

  /**
   * Answer to {@link ListAlerts}.
   *
   * @param total alerts that the list is a part of
   * @param open alerts that are not cleared, whatever was asked
   */
  record Page(int total, int open, List<Alert> alerts) {
    public Page {
      alerts = List.copyOf(alerts);
    }
  }
}
