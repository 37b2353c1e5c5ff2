package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;

/**
 * Worker to orchestrator: readiness and speed of a loaded model.
 *
 * @param modelId the model
 * @param runtimeMetrics what was measured
 * @param memoryFootprint bytes accounted for it
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MEMORY,
    group = "ml_memory",
    fields = "usage-patterns")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MODEL,
    group = "runtime_state",
    fields = {"readiness", "performance"})
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MODEL,
    group = "runtime_state",
    fields = "configuration",
    note = "its optimization level")
@Owned(side = Side.WORKER, domain = StateDomain.INFERENCE, group = "context", fields = "warm-up")
public record ModelRuntimeUpdate(
    String modelId, RuntimeMetrics runtimeMetrics, long memoryFootprint) implements StateMessage {

  /**
   * Measured readiness.
   *
   * @param inferenceReady true when requests are taken
   * @param warmupCompleted true after its first inference
   * @param optimizationLevel such as extended
   * @param averageInferenceTime mean over its inferences; zero before the first
   */
  public record RuntimeMetrics(
      boolean inferenceReady,
      boolean warmupCompleted,
      String optimizationLevel,
      Duration averageInferenceTime) {}
}
