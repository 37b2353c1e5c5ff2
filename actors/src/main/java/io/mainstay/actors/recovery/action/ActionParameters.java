package io.mainstay.actors.recovery.action;

import static io.mainstay.actors.recovery.engine.StepParameter.number;
import static io.mainstay.actors.recovery.engine.StepParameter.oneOf;
import static io.mainstay.actors.recovery.engine.StepParameter.share;
import static io.mainstay.actors.recovery.engine.StepParameter.whole;

import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.actors.recovery.engine.StepParameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Which parameters each action reads from its step. A node whose catalogs give another one, or a
 * value that is not allowed, does not start. An action that is not named here reads none.
 */
final class ActionParameters {
  /** Of steps that measure memory: the seeds' phases, or a target for the whole recovery. */
  private static final List<StepParameter> OF_MEMORY =
      List.of(
          oneOf(
                  "phase",
                  "gentle_cleanup",
                  "moderate_cleanup",
                  "aggressive_cleanup",
                  "emergency_cleanup")
              .optional(),
          share("memory_threshold").optional(),
          share("target_memory_reduction").optional(),
          share("recovery_target").optional(),
          oneOf("success_criteria", "memory_usage_below_target").optional());

  /** Of attempts that are made again after growing pauses. */
  private static final List<StepParameter> OF_PAUSES =
      List.of(whole("pause-ms", 1), number("pause-factor", 1), whole("pause-max-ms", 1));

  private ActionParameters() {}

  /** Says it of all of them. */
  static RecoveryActions.Builder declare(RecoveryActions.Builder actions) {
    memory(actions);
    StepParameter least = share("least_memory_share");
    StepParameter bytes = whole("allocation_bytes", 1);
    StepParameter still = whole("still_ms", 1);
    StepParameter silent = whole("silent_ms", 1);
    StepParameter backup = whole("backup_bytes_max", 0);
    StepParameter rest = whole("rest_at_most_ms", 1);
    StepParameter hold = whole("hold-ms", 1);
    StepParameter poor = whole("poor-percent-min", 1, 100);
    StepParameter taken = whole("taken-percent-max", 1, 100);
    return actions
        .reads("identify_secondary_device", least)
        .reads("migrate_device_allocations", least)
        .reads("update_device_routing", least)
        .reads("verify_device_functionality", least, bytes)
        .reads("verify_device_room", bytes)
        .reads("schedule_periodic_rediscovery", whole("interval_seconds", 1))
        .reads("await_short_queues", whole("queue_depth_most", 1))
        .reads("detect_loading_deadlock", still, silent)
        .reads("replace_stuck_workers", still, silent)
        // Which look of several it is: looks of different rounds are not the same step.
        .reads("await_load_progress", whole("round", 1))
        .reads("backup_valid_cache_entries", backup)
        .reads(
            "rebuild_corrupted_entries",
            backup,
            whole("max_concurrent_rebuilds", 1, 3),
            whole("reload_patience_ms", 0),
            whole("reload_look_ms", 1),
            whole("copy_looks_max", 1))
        .reads("abort_dependent_workflows", rest)
        .reads("quarantine_session", rest)
        .reads("preempt_least_urgent", rest)
        .reads("isolate_corrupted_engine", hold)
        .reads("operation_deferral", hold)
        .reads("reallocate_inference_resources", taken)
        .reads("unload_models_in_the_way", taken)
        .reads("shrink_inference_batches", hold, taken, whole("settle-ms", 1))
        .reads("use_alternative_algorithm", poor, hold)
        .reads("verify_alternative_algorithm", poor)
        .reads("log_safety_system_failure", oneOf("logging-level", "critical", "error", "warning"))
        .reads("probe_journal_database", pauses())
        .reads("reconnect_workers", pauses())
        .reads("check_consistency", pauses())
        .reads(
            "reconnect_channel",
            pauses(oneOf("channel", "memory", "model", "processing", "postprocessing")));
  }

  private static void memory(RecoveryActions.Builder actions) {
    List.of(
            "clear_unused_caches",
            "force_garbage_collection",
            "prioritized_model_unloading",
            "unload_all_non_active_models",
            "reduce_batch_sizes",
            "enable_memory_conservation_mode",
            "defer_non_critical_operations",
            "pause_non_critical_operations",
            "abort_memory_intensive_operations",
            "enter_minimal_operation",
            "pause_memory_intensive_sessions",
            "restart_memory_subsystem",
            "restart_affected_subsystem",
            "force_resource_cleanup",
            "verify_host_allocation",
            "reconnect_waiting_devices")
        .forEach(name -> actions.reads(name, and(OF_MEMORY)));
    actions
        .reads("detect_memory_pressure", share("pressure_threshold"))
        .reads("reduce_cache_sizes", and(OF_MEMORY, share("reduction_share")))
        .reads("unload_idle_models", and(OF_MEMORY, whole("idle_threshold_seconds", 0)))
        .reads("emergency_model_unloading", and(OF_MEMORY, whole("rest_at_most_ms", 1)))
        .reads("abort_all_user_sessions", and(OF_MEMORY, whole("rest_at_most_ms", 1)));
  }

  private static StepParameter[] pauses(StepParameter... more) {
    return and(OF_PAUSES, more);
  }

  private static StepParameter[] and(List<StepParameter> all, StepParameter... more) {
    List<StepParameter> both = new ArrayList<>(all);
    both.addAll(List.of(more));
    return both.toArray(StepParameter[]::new);
  }
}
