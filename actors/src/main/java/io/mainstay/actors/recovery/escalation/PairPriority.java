package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/** How much hangs on the way between two domains, most first. */
public enum PairPriority implements CatalogName {
  PRIORITY_1_CRITICAL_PATH,
  PRIORITY_2_OPERATIONAL,
  PRIORITY_3_SECONDARY
}
