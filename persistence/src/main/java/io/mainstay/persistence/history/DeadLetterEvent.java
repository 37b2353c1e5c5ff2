package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** Documents that could not be processed, kept for a person to look at. Names only grow. */
public sealed interface DeadLetterEvent extends CausedEvent {
  /** Which letter. */
  String letterId();

  /**
   * A document was set aside.
   *
   * @param index of the document in its session's input
   * @param documentSha256 of its text, which is in the blob store
   */
  record DeadLetterStored(
      EventMeta meta,
      String letterId,
      String sessionId,
      int index,
      String reason,
      String documentSha256)
      implements DeadLetterEvent {}

  /** A person threw it away. */
  record DeadLetterPurged(EventMeta meta, String letterId, String by) implements DeadLetterEvent {}

  /** A person sent it again; {@code sessionId} is the new session. */
  record DeadLetterRedriven(EventMeta meta, String letterId, String sessionId, String by)
      implements DeadLetterEvent {}
}
