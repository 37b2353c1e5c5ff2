package io.mainstay.actors.degradation.restoration;

import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.catalog.CatalogName;
import java.util.Optional;

/** One test of a way back, by the seeds' names. Each is run on the node itself. */
public enum RestorationTest implements CatalogName {
  MEMORY_AVAILABILITY_CHECK,
  DEVICE_FUNCTIONALITY_VERIFICATION,
  MODEL_ACCESSIBILITY_CONFIRMATION,
  COMMUNICATION_CHANNEL_VALIDATION,
  DEVICE_OPERATIONS_RESTORATION(Domain.DEVICE),
  MEMORY_MANAGEMENT_RESTORATION(Domain.MEMORY),
  MODEL_LOADING_RESTORATION(Domain.MODEL),
  PROCESSING_CAPABILITIES_RESTORATION(Domain.PROCESSING),
  INFERENCE_ENGINE_RESTORATION(Domain.INFERENCE),
  POSTPROCESSING_RESTORATION(Domain.POSTPROCESSING),
  CROSS_DOMAIN_COMMUNICATION_TEST,
  END_TO_END_WORKFLOW_TEST,
  RESOURCE_COORDINATION_TEST,
  ERROR_HANDLING_TEST,
  OPERATION_RESPONSE_TIME_TEST,
  THROUGHPUT_CAPACITY_TEST,
  RESOURCE_UTILIZATION_EFFICIENCY_TEST,
  STABILITY_UNDER_LOAD_TEST;

  private final Domain lifts;

  RestorationTest() {
    this(null);
  }

  RestorationTest(Domain lifts) {
    this.lifts = lifts;
  }

  /** The domain that takes its work up again before this test looks whether it can. */
  public Optional<Domain> lifts() {
    return Optional.ofNullable(lifts);
  }
}
