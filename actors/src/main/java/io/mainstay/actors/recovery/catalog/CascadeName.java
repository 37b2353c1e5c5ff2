package io.mainstay.actors.recovery.catalog;

/**
 * The fifteen cascades: one for each error that reaches three or more other domains. The first
 * three carry the names of the seeds; the seeds count fifteen and name no others, so the twelve are
 * named here by the same rule, condition then effect.
 */
public enum CascadeName implements CatalogName {
  /** On {@code primary_device_failure}. Spelled out in the seeds. */
  DEVICE_FAILURE_MEMORY_CLEANUP,
  /** On {@code system_out_of_memory}. Spelled out in the seeds. */
  MEMORY_FAILURE_MODEL_UNLOAD,
  /** On {@code model_loading_deadlock}. Spelled out in the seeds. */
  MODEL_FAILURE_PROCESSING_ABORT,
  /** On {@code device_discovery_failure}. */
  DISCOVERY_FAILURE_CPU_FALLBACK,
  /** On {@code vortice_allocation_failure}. */
  HOST_ALLOCATION_FAILURE_CPU_FALLBACK,
  /** On {@code memory_pressure_warning}. */
  MEMORY_PRESSURE_PROACTIVE_CLEANUP,
  /** On {@code model_cache_corruption}. */
  MODEL_CACHE_CORRUPTION_REBUILD,
  /** On {@code workflow_orchestration_failure}. */
  ORCHESTRATION_FAILURE_RESTART,
  /** On {@code session_management_corruption}. */
  SESSION_CORRUPTION_CLEANUP,
  /** On {@code cross_domain_communication_failure}. */
  COMMUNICATION_FAILURE_RECONNECTION,
  /** On {@code batch_processing_deadlock}. */
  BATCH_DEADLOCK_QUEUE_RESET,
  /** On {@code resource_allocation_conflict}. */
  ALLOCATION_CONFLICT_PRIORITY_RESOLUTION,
  /** On {@code inference_engine_failure}. */
  INFERENCE_ENGINE_FAILURE_RESTART,
  /** On {@code inference_memory_corruption}. */
  INFERENCE_CORRUPTION_ISOLATION,
  /** On {@code postprocessing_engine_failure}. */
  POSTPROCESSING_ENGINE_FAILURE_RESTART
}
