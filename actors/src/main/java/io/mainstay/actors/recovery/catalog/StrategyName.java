package io.mainstay.actors.recovery.catalog;

/**
 * The twenty-four recovery strategies: nine that the seeds spell out, then fifteen so that every
 * error has one. Which further errors each recovers stands in {@code conf/mainstay-errors.conf}.
 */
public enum StrategyName implements CatalogName {
  /** Recovers {@code primary_device_failure}, {@code device_driver_corruption}. */
  PRIMARY_DEVICE_FAILOVER,
  /** Recovers {@code device_discovery_failure}. */
  DEVICE_DISCOVERY_RECOVERY,
  /** Recovers {@code memory_pressure_warning}, {@code memory_fragmentation_critical}. */
  PROGRESSIVE_MEMORY_RECOVERY,
  /** Recovers {@code model_memory_leak}, {@code postprocessing_memory_leak}. */
  MEMORY_LEAK_RECOVERY,
  /** Recovers {@code model_cache_corruption}, {@code model_dependency_failure}. */
  MODEL_CACHE_REBUILD,
  /** Recovers {@code model_version_mismatch}, {@code inference_model_incompatibility}. */
  MODEL_COMPATIBILITY_RESOLUTION,
  /** Recovers {@code session_management_corruption}, {@code workflow_orchestration_failure}. */
  PROCESSING_SESSION_RECOVERY,
  /** Recovers {@code inference_engine_failure}, {@code inference_timeout_exceeded}. */
  INFERENCE_ENGINE_RECOVERY,
  /**
   * Recovers {@code safety_validation_system_failure}, {@code
   * postprocessing_safety_policy_violation}.
   */
  SAFETY_VALIDATION_RECOVERY,
  /** Recovers {@code device_memory_allocation_failure}. */
  ALTERNATIVE_DEVICE_ALLOCATION,
  /** Recovers {@code device_performance_degradation}, {@code device_thermal_protection}. */
  LOAD_THROTTLING,
  /**
   * Recovers {@code device_capability_mismatch}, {@code inference_parameter_validation_failure}.
   */
  PRE_OPERATION_VALIDATION,
  /** Recovers {@code device_status_sync_failure}, {@code memory_sync_failure}. */
  STATE_RECONCILIATION,
  /** Recovers {@code system_out_of_memory}. */
  EMERGENCY_MEMORY_RECOVERY,
  /** Recovers {@code memory_corruption_detected}, {@code inference_memory_corruption}. */
  CORRUPTION_ISOLATION,
  /** Recovers {@code vortice_allocation_failure}. */
  HOST_ALLOCATION_FALLBACK,
  /** Recovers {@code model_loading_deadlock}, {@code batch_processing_deadlock}. */
  DEADLOCK_RESOLUTION,
  /** Recovers {@code model_component_missing}, {@code postprocessing_model_corruption}. */
  COMPONENT_FALLBACK,
  /** Recovers {@code cross_domain_communication_failure}. */
  PROGRESSIVE_RECONNECTION,
  /** Recovers {@code resource_allocation_conflict}. */
  PRIORITY_PREEMPTION,
  /** Recovers {@code workflow_template_corruption}. */
  TEMPLATE_FALLBACK,
  /** Recovers {@code inference_resource_exhaustion}. */
  DYNAMIC_RESOURCE_SCALING,
  /** Recovers {@code postprocessing_engine_failure}. */
  POSTPROCESSING_ENGINE_RECOVERY,
  /** Recovers {@code postprocessing_quality_degradation}. */
  QUALITY_FALLBACK
}
