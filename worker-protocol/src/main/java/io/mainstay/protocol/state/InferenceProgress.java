package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Worker to orchestrator: step counter of an inference.
 *
 * @param requestId the request
 * @param executionMetrics how far it is
 * @param resourceUtilization what it uses
 */
@Owned(side = Side.WORKER, domain = StateDomain.MEMORY, group = "ml_memory", fields = "tensors")
@Owned(side = Side.WORKER, domain = StateDomain.INFERENCE, group = "execution", fields = "run")
@Owned(side = Side.WORKER, domain = StateDomain.INFERENCE, group = "context", fields = "resources")
public record InferenceProgress(
    String requestId, ExecutionMetrics executionMetrics, ResourceUtilization resourceUtilization)
    implements StateMessage {

  /**
   * How far an inference is.
   *
   * @param currentStep from 1
   * @param totalSteps steps in all
   * @param stepTimeAvg mean of the steps so far
   * @param estimatedCompletion when it should be done, where that can be told
   */
  public record ExecutionMetrics(
      int currentStep,
      int totalSteps,
      Duration stepTimeAvg,
      Optional<Instant> estimatedCompletion) {}

  /**
   * What an inference uses.
   *
   * @param vramUsage bytes
   * @param gpuUtilization percent, 0 to 100
   */
  public record ResourceUtilization(long vramUsage, double gpuUtilization) {}
}
