package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.persistence.session.WorkClass;
import java.util.List;

/**
 * What work weighs while a node is degraded, by the seeds' four levels, and what it is guaranteed
 * of the room that the modes leave. The order of the constants is the order of service. Pure.
 */
public enum WorkPriority implements CatalogName {
  CRITICAL("full_resource_access", "safety_validation", "system_monitoring", "error_recovery"),
  HIGH(
      "priority_resource_access", "active_user_sessions", "inference_completion", "data_integrity"),
  MEDIUM(
      "best_effort_resource_access",
      "background_processing",
      "cache_optimization",
      "preemptive_loading"),
  LOW("minimal_resource_access", "analytics", "non_critical_monitoring", "optimization_tasks");

  private final String guarantee;
  private final List<String> operations;

  WorkPriority(String guarantee, String... operations) {
    this.guarantee = guarantee;
    this.operations = List.of(operations);
  }

  /** Name of what it is guaranteed. */
  public String guarantee() {
    return guarantee;
  }

  /** What the seeds count to it. */
  public List<String> operations() {
    return operations;
  }

  /** Of a session that is offered: somebody waits for an interactive one, nobody for a batch. */
  public static WorkPriority ofOffered(WorkClass workClass) {
    return switch (workClass) {
      case INTERACTIVE -> HIGH;
      case STANDARD -> MEDIUM;
      case BATCH -> LOW;
    };
  }

  /**
   * Sessions that may be open when one of this priority is accepted.
   *
   * @param room sessions that the modes leave room for, 1 or more
   * @param share of the room that this priority may fill, above 0 to 1
   */
  public static int within(int room, double share) {
    return Math.max(1, (int) Math.floor(room * share));
  }
}
