package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Worker to orchestrator: progress of a pipeline.
 *
 * @param requestId the request
 * @param pipelineProgress how far it is
 * @param qualityMetrics what was measured so far
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.POSTPROCESSING,
    group = "execution",
    fields = "enhancement",
    note =
        "pipelines run beside the device in the JVM, from what the worker computed; they count as"
            + " its side")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.POSTPROCESSING,
    group = "execution",
    fields = "performance")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.POSTPROCESSING,
    group = "quality_and_safety",
    fields = {"quality", "enhancement"})
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
