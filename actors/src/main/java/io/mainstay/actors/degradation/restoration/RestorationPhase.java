package io.mainstay.actors.degradation.restoration;

import io.mainstay.actors.degradation.WayBack;
import io.mainstay.actors.recovery.catalog.CatalogName;
import java.util.List;

/** A phase of a way back, by the seeds' names, with its tests in their order. */
public enum RestorationPhase implements CatalogName {
  RESOURCE_AVAILABILITY_VALIDATION(
      RestorationTest.MEMORY_AVAILABILITY_CHECK,
      RestorationTest.DEVICE_FUNCTIONALITY_VERIFICATION,
      RestorationTest.MODEL_ACCESSIBILITY_CONFIRMATION,
      RestorationTest.COMMUNICATION_CHANNEL_VALIDATION),
  COMPONENT_FUNCTIONALITY_RESTORATION(
      RestorationTest.DEVICE_OPERATIONS_RESTORATION,
      RestorationTest.MEMORY_MANAGEMENT_RESTORATION,
      RestorationTest.MODEL_LOADING_RESTORATION,
      RestorationTest.PROCESSING_CAPABILITIES_RESTORATION,
      RestorationTest.INFERENCE_ENGINE_RESTORATION,
      RestorationTest.POSTPROCESSING_RESTORATION),
  INTEGRATION_VALIDATION(
      RestorationTest.CROSS_DOMAIN_COMMUNICATION_TEST,
      RestorationTest.END_TO_END_WORKFLOW_TEST,
      RestorationTest.RESOURCE_COORDINATION_TEST,
      RestorationTest.ERROR_HANDLING_TEST),
  PERFORMANCE_VALIDATION(
      RestorationTest.OPERATION_RESPONSE_TIME_TEST,
      RestorationTest.THROUGHPUT_CAPACITY_TEST,
      RestorationTest.RESOURCE_UTILIZATION_EFFICIENCY_TEST,
      RestorationTest.STABILITY_UNDER_LOAD_TEST);

  private final List<RestorationTest> tests;

  RestorationPhase(RestorationTest... tests) {
    this.tests = List.of(tests);
  }

  /** In their order; the first that fails ends the phase. */
  public List<RestorationTest> tests() {
    return tests;
  }

  /** The phases of a way back, in their order. */
  static List<RestorationPhase> of(WayBack wayBack) {
    return switch (wayBack) {
      case NONE -> List.of();
      case RESOURCES -> List.of(RESOURCE_AVAILABILITY_VALIDATION);
      case FULL -> List.of(values());
    };
  }
}
