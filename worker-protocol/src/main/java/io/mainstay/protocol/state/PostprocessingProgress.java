package io.mainstay.protocol.state;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Worker to orchestrator: progress of a pipeline.
 *
 * @param requestId the request
 * @param pipelineProgress how far it is
 * @param qualityMetrics what was measured so far
 */
public record PostprocessingProgress(
    String requestId, PipelineProgress pipelineProgress, QualityMetrics qualityMetrics)
    implements StateMessage {

  /**
   * How far a pipeline is.
   *
   * @param currentOperation such as upscaling
   * @param operationsCompleted operations done
   * @param totalOperations operations in all
   * @param currentOperationProgress percent, 0 to 100
   */
  public record PipelineProgress(
      String currentOperation,
      int operationsCompleted,
      int totalOperations,
      double currentOperationProgress) {}

  /**
   * What was measured so far.
   *
   * @param upscalingQualityScore 0 to 10, after an upscaling
   * @param processingTime so far
   */
  public record QualityMetrics(OptionalDouble upscalingQualityScore, Duration processingTime) {}
}
