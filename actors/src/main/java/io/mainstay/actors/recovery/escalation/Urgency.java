package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.CatalogName;

/**
 * How urgent a recovery is, by severity. One in the background begins only while nothing more
 * urgent runs. The others begin at once where there is room, and do not wait for a less urgent one
 * about the same subject.
 */
public enum Urgency implements CatalogName {
  /** Nothing is recovered. */
  INFORMATION_ONLY,
  BACKGROUND_RECOVERY,
  FOREGROUND_RECOVERY,
  IMMEDIATE_RECOVERY,
  EMERGENCY_RECOVERY;

  /** Whether it waits while something of that urgency runs, whatever that is about. */
  public boolean waitsFor(Urgency running) {
    return this == BACKGROUND_RECOVERY && running.compareTo(this) > 0;
  }

  /** That of a severity. */
  public static Urgency of(Severity severity) {
    return switch (severity) {
      case CRITICAL -> EMERGENCY_RECOVERY;
      case HIGH -> IMMEDIATE_RECOVERY;
      case MEDIUM -> FOREGROUND_RECOVERY;
      case LOW -> BACKGROUND_RECOVERY;
      case INFO -> INFORMATION_ONLY;
    };
  }
}
