package io.mainstay.protocol.state;

import java.time.Duration;

/**
 * Worker to orchestrator: readiness and speed of a loaded model.
 *
 * @param modelId the model
 * @param runtimeMetrics what was measured
 * @param memoryFootprint bytes accounted for it
 */
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
