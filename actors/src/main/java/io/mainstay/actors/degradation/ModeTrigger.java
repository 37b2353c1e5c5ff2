package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/** Conditions that modes answer to, as the seeds name them, and a person's word. */
public enum ModeTrigger implements CatalogName {
  SYSTEM_OUT_OF_MEMORY,
  DEVICE_DISCOVERY_FAILURE,
  MULTIPLE_CRITICAL_FAILURES,
  DEVICE_PERFORMANCE_DEGRADATION,
  MEMORY_PRESSURE_WARNING,
  RESOURCE_CONTENTION_DETECTED,
  SAFETY_VALIDATION_SYSTEM_FAILURE,
  DEVICE_FAILURE_OR_CORRUPTION,
  MEMORY_CORRUPTION_OR_PRESSURE,
  MODEL_CORRUPTION_OR_LOADING_FAILURES,
  /** More than 30 % of the components are unhealthy. */
  CASCADE_FAILURE,
  /** The node was to have come back, and what it needs failed again. */
  RELAPSE,
  /** More errors within an hour than the node is to stand. */
  ERROR_FREQUENCY,
  /** An error did not heal: its recoveries were given up, or wait for a person. */
  ERROR_UNHEALED,
  /** A person asked for it. */
  OPERATOR
}
