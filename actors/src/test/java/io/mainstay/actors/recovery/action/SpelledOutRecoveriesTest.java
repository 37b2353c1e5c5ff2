package io.mainstay.actors.recovery.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.actors.recovery.engine.RecoveryDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the seeds spell out of devices and memory stands in the catalogs, step by step. */
class SpelledOutRecoveriesTest {
  private static final RecoveryBook BOOK = ShippedRecoveries.book();

  private static List<String> steps(RecoveryDefinition definition) {
    return definition.steps().stream()
        .map(step -> step.action() + " " + step.limit().toSeconds())
        .toList();
  }

  private static RecoveryDefinition of(CascadeName name) {
    return BOOK.cascade(name).orElseThrow();
  }

  private static RecoveryDefinition of(StrategyName name) {
    return BOOK.strategy(name).orElseThrow();
  }

  @Test
  void cascadesOfTheSeeds() {
    RecoveryDefinition device = of(CascadeName.DEVICE_FAILURE_MEMORY_CLEANUP);
    assertEquals(
        List.of(
            "detect_device_failure 2",
            "abort_device_specific_allocations 5",
            "unload_device_specific_models 10",
            "abort_device_dependent_sessions 15",
            "migrate_to_fallback_device 30"),
        steps(device));
    assertEquals(Duration.ofSeconds(62), device.limit());
    RecoveryDefinition memory = of(CascadeName.MEMORY_FAILURE_MODEL_UNLOAD);
    assertEquals(
        List.of(
            "detect_memory_pressure 1",
            "prioritized_model_unloading 10",
            "pause_memory_intensive_sessions 5",
            "reduce_batch_sizes 2",
            "defer_non_critical_operations 3"),
        steps(memory));
    assertEquals("0.9", memory.steps().get(0).parameters().get("pressure_threshold"));
    Map<String, String> last = memory.steps().get(4).parameters();
    assertEquals("0.7", last.get("recovery_target"));
    assertEquals("memory_usage_below_target", last.get("success_criteria"));
  }

  @Test
  void failoverOfTheSeeds() {
    RecoveryDefinition failover = of(StrategyName.PRIMARY_DEVICE_FAILOVER);
    assertEquals(
        List.of(
            "detect_device_failure 2",
            "identify_secondary_device 5",
            "migrate_device_allocations 15",
            "update_device_routing 3",
            "verify_device_functionality 10"),
        steps(failover));
    assertEquals(Duration.ofSeconds(35), failover.limit());
    assertTrue(
        failover.steps().stream()
            .skip(1)
            .allMatch(step -> step.parameters().get("least_memory_share").equals("0.8")));
  }

  @Test
  void discoveryAndLeaksOfTheSeeds() {
    RecoveryDefinition discovery = of(StrategyName.DEVICE_DISCOVERY_RECOVERY);
    assertEquals(
        List.of(
            "restart_device_discovery_service 10",
            "fallback_to_cpu_only_mode 5",
            "notify_reduced_functionality 1"),
        steps(discovery).subList(0, 3));
    assertEquals("60", discovery.steps().get(3).parameters().get("interval_seconds"));
    assertEquals(
        List.of(
            "isolate_leaking_component 10",
            "force_resource_cleanup 15",
            "restart_affected_subsystem 30"),
        steps(of(StrategyName.MEMORY_LEAK_RECOVERY)));
  }

  @Test
  void phasesOfTheSeeds() {
    RecoveryDefinition memory = of(StrategyName.PROGRESSIVE_MEMORY_RECOVERY);
    assertEquals(
        List.of(
            "clear_unused_caches 5",
            "unload_idle_models 10",
            "pause_non_critical_operations 3",
            "reduce_cache_sizes 7",
            "force_garbage_collection 10",
            "unload_all_non_active_models 15",
            "abort_memory_intensive_operations 5",
            "enable_memory_conservation_mode 2",
            "emergency_model_unloading 20",
            "abort_all_user_sessions 10",
            "restart_memory_subsystem 30"),
        steps(memory));
    assertEquals(
        List.of(
            "gentle_cleanup 0.8 0.1",
            "moderate_cleanup 0.85 0.15",
            "aggressive_cleanup 0.9 0.25",
            "emergency_cleanup 0.95 0.5"),
        memory.steps().stream()
            .map(
                step ->
                    step.parameters().get("phase")
                        + " "
                        + Double.parseDouble(step.parameters().get("memory_threshold"))
                        + " "
                        + Double.parseDouble(step.parameters().get("target_memory_reduction")))
            .distinct()
            .toList());
    assertEquals("300", memory.steps().get(1).parameters().get("idle_threshold_seconds"));
  }

  @Test
  void theOthersAreThere_withStepsOfSeveralDomains() {
    for (CascadeName name :
        List.of(
            CascadeName.DISCOVERY_FAILURE_CPU_FALLBACK,
            CascadeName.HOST_ALLOCATION_FAILURE_CPU_FALLBACK,
            CascadeName.MEMORY_PRESSURE_PROACTIVE_CLEANUP)) {
      RecoveryDefinition cascade = of(name);
      long domains = cascade.steps().stream().map(step -> step.domain()).distinct().count();
      assertEquals(cascade.steps().size(), domains, name.toString());
    }
    for (StrategyName name :
        List.of(
            StrategyName.ALTERNATIVE_DEVICE_ALLOCATION,
            StrategyName.LOAD_THROTTLING,
            StrategyName.STATE_RECONCILIATION,
            StrategyName.EMERGENCY_MEMORY_RECOVERY,
            StrategyName.HOST_ALLOCATION_FALLBACK)) {
      int steps = of(name).steps().size();
      assertTrue(steps >= 3 && steps <= 6, name + " has " + steps);
    }
  }
}
