package io.mainstay.persistence.alert;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** What happened to alerts. Names and fields only grow. */
public sealed interface AlertEvent extends CausedEvent {
  /** Which alert. */
  String alertId();

  /**
   * Somebody must look. While it is open, another one of the same kind and subject is not raised.
   *
   * @param alertId ULID
   * @param kind stable name, lower case with underscores
   * @param subject what it is about, such as a device or a saga
   * @param message what happened, value and bound, cause
   * @param remedy what a person can do
   */
  record AlertRaised(
      EventMeta meta, String alertId, String kind, String subject, String message, String remedy)
      implements AlertEvent {}

  /** A person has seen it; it stays open until it is cleared. */
  record AlertAcknowledged(EventMeta meta, String alertId, String by, String note)
      implements AlertEvent {}

  /**
   * It is over.
   *
   * @param by whoever cleared it: a person, or {@code node} when its cause is gone
   */
  record AlertCleared(EventMeta meta, String alertId, String by, String reason)
      implements AlertEvent {}
}
