package io.mainstay.actors.node;

import io.mainstay.actors.degradation.restoration.RestorationTest;
import io.mainstay.actors.degradation.restoration.RestorationTests;
import io.mainstay.actors.node.ProbeFloor.Finding;
import io.mainstay.persistence.restoration.NodeFigures;
import io.mainstay.persistence.restoration.TestOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The tests of a way back, run on the domains of a node. */
final class NodeProbes implements RestorationTests {
  private final ResourceProbes resources;
  private final ComponentProbes components;
  private final ModelProbes models;
  private final IntegrationProbes integration;
  private final SpeedProbes speed;

  NodeProbes(ProbeFloor floor) {
    this.resources = new ResourceProbes(floor);
    this.components = new ComponentProbes(floor, resources);
    this.models = new ModelProbes(floor, resources, components);
    this.integration = new IntegrationProbes(floor, components);
    this.speed = new SpeedProbes(floor, resources);
  }

  @Override
  public CompletionStage<TestOutcome> run(RestorationTest test, Conditions conditions) {
    long began = System.nanoTime();
    return finding(test, conditions)
        .thenApply(
            found ->
                new TestOutcome(
                    test.code(),
                    found.passed(),
                    found.evidence(),
                    (System.nanoTime() - began) / 1_000_000,
                    found.skipped()));
  }

  private CompletionStage<Finding> finding(RestorationTest test, Conditions conditions) {
    return switch (test) {
      case MEMORY_AVAILABILITY_CHECK -> resources.memory(conditions);
      case DEVICE_FUNCTIONALITY_VERIFICATION -> resources.devices(conditions);
      case MODEL_ACCESSIBILITY_CONFIRMATION -> models.accessible(conditions);
      case COMMUNICATION_CHANNEL_VALIDATION -> resources.channels(conditions);
      case DEVICE_OPERATIONS_RESTORATION -> components.device(conditions);
      case MEMORY_MANAGEMENT_RESTORATION -> components.memory(conditions);
      case MODEL_LOADING_RESTORATION -> models.loading(conditions);
      case PROCESSING_CAPABILITIES_RESTORATION -> components.processing(conditions);
      case INFERENCE_ENGINE_RESTORATION -> components.inference(conditions);
      case POSTPROCESSING_RESTORATION -> components.postprocessing(conditions);
      case CROSS_DOMAIN_COMMUNICATION_TEST -> integration.crossDomain(conditions);
      case END_TO_END_WORKFLOW_TEST -> integration.workflow(conditions);
      case RESOURCE_COORDINATION_TEST -> integration.coordination(conditions);
      case ERROR_HANDLING_TEST -> integration.errorHandling(conditions);
      case OPERATION_RESPONSE_TIME_TEST -> speed.response(conditions);
      case THROUGHPUT_CAPACITY_TEST -> speed.throughput(conditions);
      case RESOURCE_UTILIZATION_EFFICIENCY_TEST -> speed.utilization(conditions);
      case STABILITY_UNDER_LOAD_TEST -> speed.stability(conditions);
    };
  }

  @Override
  public CompletionStage<Optional<NodeFigures>> measure(Duration within) {
    return speed.measure(within);
  }
}
