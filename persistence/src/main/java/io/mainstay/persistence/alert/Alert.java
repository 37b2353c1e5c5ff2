package io.mainstay.persistence.alert;

import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;

/**
 * One alert.
 *
 * @param raised the event that raised it
 * @param acknowledged null until a person has seen it
 * @param cleared null while it is open
 */
public record Alert(
    String alertId,
    String kind,
    String subject,
    String message,
    String remedy,
    EventMeta raised,
    Word acknowledged,
    Word cleared) {
  /**
   * Who said what of it.
   *
   * @param text note or reason, or empty
   */
  public record Word(String by, String text, Instant at) {}

  /** True until it is cleared. */
  public boolean isOpen() {
    return cleared == null;
  }

  /** Whether it is about that. */
  public boolean isAbout(String otherKind, String otherSubject) {
    return kind.equals(otherKind) && subject.equals(otherSubject);
  }

  Alert acknowledged(AlertEvent.AlertAcknowledged event) {
    Word word = new Word(event.by(), event.note(), event.meta().at());
    return new Alert(alertId, kind, subject, message, remedy, raised, word, cleared);
  }

  Alert cleared(AlertEvent.AlertCleared event) {
    Word word = new Word(event.by(), event.reason(), event.meta().at());
    return new Alert(alertId, kind, subject, message, remedy, raised, acknowledged, word);
  }
}
