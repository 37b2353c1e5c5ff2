package io.mainstay.actors.recovery.catalog;

/** The six modes of partial operation. Several may hold at once; the strictest rule wins. */
public enum DegradationMode implements CatalogName {
  MINIMAL_OPERATION_MODE,
  PERFORMANCE_CONSERVATION_MODE,
  SAFETY_FIRST_MODE,
  DEVICE_ISOLATION,
  MEMORY_DOMAIN_ISOLATION,
  MODEL_DOMAIN_ISOLATION
}
