package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Worker to orchestrator: an inference is done.
 *
 * @param requestId the request
 * @param resultMetadata about the result
 * @param resultLocation where it is
 * @param requiresPostprocessing true when it is not the final result
 * @param postprocessingRecommendations operations, such as safety_check
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.INFERENCE,
    group = "execution",
    fields = {"results", "performance"})
public record InferenceCompleted(
    String requestId,
    ResultMetadata resultMetadata,
    String resultLocation,
    boolean requiresPostprocessing,
    List<String> postprocessingRecommendations)
    implements StateMessage {
  public InferenceCompleted {
    postprocessingRecommendations = List.copyOf(postprocessingRecommendations);
  }

  /**
   * About a result.
   *
   * @param executionTime time computed
   * @param totalStepsExecuted steps
   * @param finalVramUsage bytes
   * @param resultQualityScore 0 to 10, where one was measured
   */
  public record ResultMetadata(
      Duration executionTime,
      int totalStepsExecuted,
      long finalVramUsage,
      OptionalDouble resultQualityScore) {}
}
