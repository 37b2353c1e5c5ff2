package io.mainstay.actors.consistency.check;

import java.util.Locale;

/** The three repairs of the requirements. */
public enum RepairScope {
  /** Copies take their owner's state. */
  SYNCHRONIZE_STATE_CACHES,
  /** What is set aside matches who needs it; what nobody needs is released. */
  RECONCILE_RESOURCE_ALLOCATIONS,
  /** What the journal says is open goes on, what it says is over has ended. */
  VALIDATE_TRANSACTION_COMPLETENESS;

  /** Such as {@code synchronize_state_caches}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
