package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/** When a critical error has the system protect itself, besides the frequency of errors. */
public enum CriticalProtection implements CatalogName {
  /** As soon as it is escalated, whether or not it heals within milliseconds. */
  AT_ONCE,
  /** When its recoveries are given up, and the place is not well by itself either. */
  UNHEALED,
  NEVER
}
