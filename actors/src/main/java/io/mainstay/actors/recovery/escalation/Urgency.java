package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.CatalogName;

/** How urgent a recovery is, by severity. */
public enum Urgency implements CatalogName {
  /** Nothing is recovered. */
  INFORMATION_ONLY,
  BACKGROUND_RECOVERY,
  FOREGROUND_RECOVERY,
  IMMEDIATE_RECOVERY,
  EMERGENCY_RECOVERY;

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
