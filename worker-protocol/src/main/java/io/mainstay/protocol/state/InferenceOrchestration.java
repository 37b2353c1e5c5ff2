package io.mainstay.protocol.state;

/**
 * Orchestrator to worker: limits of a batch.
 *
 * @param batchId the batch
 * @param batchConfiguration how it runs
 * @param resourceAllocation what it may use
 */
public record InferenceOrchestration(
    String batchId, BatchConfiguration batchConfiguration, ResourceAllocation resourceAllocation)
    implements StateMessage {

  /**
   * How a batch runs.
   *
   * @param batchSize entries on the first axis of a request's inputs at most; at least 1
   * @param parallelExecution true where requests may run beside each other
   * @param optimizationStrategy what it is tuned for
   */
  public record BatchConfiguration(
      int batchSize, boolean parallelExecution, OptimizationStrategy optimizationStrategy) {}

  /**
   * What a batch may use.
   *
   * @param vramLimit bytes; 0 for no limit of its own
   * @param processingPriority rank
   */
  public record ResourceAllocation(long vramLimit, StatePriority processingPriority) {}
}
