package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Instant;
import java.util.Optional;

/**
 * Worker to orchestrator: progress of a session.
 *
 * @param sessionId the session
 * @param progressMetrics how far it is
 * @param currentOperation such as inference_execution
 * @param resourceUsage what it uses
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MODEL,
    group = "runtime_state",
    fields = "session-context")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.PROCESSING,
    group = "execution",
    fields = "progress")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.PROCESSING,
    group = "operations",
    fields = {"progress", "resource-use"})
@Owned(side = Side.WORKER, domain = StateDomain.INFERENCE, group = "context", fields = "session")
public record SessionProgressUpdate(
    String sessionId,
    ProgressMetrics progressMetrics,
    String currentOperation,
    ResourceUsage resourceUsage)
    implements StateMessage {

  /**
   * How far a session is.
   *
   * @param operationsCompleted operations done
   * @param operationsRemaining operations left; 0 where unknown
   * @param estimatedCompletion when it should be done, where that can be told
   */
  public record ProgressMetrics(
      int operationsCompleted, int operationsRemaining, Optional<Instant> estimatedCompletion) {}

  /**
   * What a session uses.
   *
   * @param memoryUsed bytes
   * @param gpuUtilization percent, 0 to 100
   */
  public record ResourceUsage(long memoryUsed, double gpuUtilization) {}
}
