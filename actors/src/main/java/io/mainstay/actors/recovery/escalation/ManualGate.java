package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/** When a person must agree, where an error is critical. */
public enum ManualGate implements CatalogName {
  /** Nothing is recovered before. */
  BEFORE_RECOVERY,
  /** It is recovered by strategy; the protected state is left only then. */
  AFTER_RECOVERY,
  /** Never. */
  NONE
}
