package io.mainstay.protocol.state;

import java.time.Duration;
import java.util.List;

/**
 * Orchestrator to worker: a processing session and its limits.
 *
 * @param sessionId the session
 * @param workflowTemplate such as sdxl_generation_pipeline
 * @param resourceAllocation what it may use
 * @param expectedOperations operations in all; 0 where unknown
 * @param timeoutSettings time limits
 */
public record ProcessingSessionCreated(
    String sessionId,
    String workflowTemplate,
    ResourceAllocation resourceAllocation,
    int expectedOperations,
    TimeoutSettings timeoutSettings)
    implements StateMessage {

  /**
   * What a session may use.
   *
   * @param priority rank
   * @param maxMemory bytes; 0 for no limit of its own
   * @param gpuAllocation device ids
   */
  public record ResourceAllocation(
      StatePriority priority, long maxMemory, List<String> gpuAllocation) {
    public ResourceAllocation {
      gpuAllocation = List.copyOf(gpuAllocation);
    }
  }

  /**
   * Time limits.
   *
   * @param operationTimeout of each operation
   * @param sessionTimeout of the session
   */
  public record TimeoutSettings(Duration operationTimeout, Duration sessionTimeout) {}
}
