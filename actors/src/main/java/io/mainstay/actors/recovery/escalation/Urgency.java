package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.CatalogName;

/**
 * How urgent a recovery is, by severity. Those in the background leave half of the room to others.
 * Each begins at once where there is room, and does not wait for a less urgent one about the same
 * subject.
 */
public enum Urgency implements CatalogName {
  /** Nothing is recovered. */
  INFORMATION_ONLY,
  BACKGROUND_RECOVERY,
  FOREGROUND_RECOVERY,
  IMMEDIATE_RECOVERY,
  EMERGENCY_RECOVERY;

  /** How many recoveries may run once it has begun, of so many at most. */
  public int places(int most) {
    return this == BACKGROUND_RECOVERY ? Math.max(1, most / 2) : most;
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
