package io.mainstay.protocol.state;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Orchestrator to worker: memory limits. What is absent stays as it is.
 *
 * @param policyChanges what is new
 * @param appliesTo device ids, or all_workers
 * @param effectiveImmediately true: before work that is queued
 */
public record MemoryPolicyUpdate(
    PolicyChanges policyChanges, List<String> appliesTo, boolean effectiveImmediately)
    implements StateMessage {
  public MemoryPolicyUpdate {
    appliesTo = List.copyOf(appliesTo);
  }

  /**
   * The changed limits.
   *
   * @param maxModelCacheSize bytes of the model cache in host memory
   * @param vramReservationLimit bytes that a worker may account for; never above its launch budget
   * @param emergencyCleanupThreshold use over the limit from which cleanup is recommended, 0 to 1
   */
  public record PolicyChanges(
      OptionalLong maxModelCacheSize,
      OptionalLong vramReservationLimit,
      OptionalDouble emergencyCleanupThreshold) {}
}
