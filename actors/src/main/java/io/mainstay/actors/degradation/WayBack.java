package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/** What is tested before a mode is left whose grounds are settled. */
public enum WayBack implements CatalogName {
  /** Nothing: it is left by itself. */
  NONE,
  /** Whether the resources are there. */
  RESOURCES,
  /** Everything, component after component; then work is taken again step by step. */
  FULL
}
