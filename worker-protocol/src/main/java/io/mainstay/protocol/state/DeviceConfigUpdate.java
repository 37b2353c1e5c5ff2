package io.mainstay.protocol.state;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Orchestrator to worker: the configuration of a device changed. What is absent stays as it is.
 *
 * @param deviceId the device
 * @param changes what is new
 * @param propagationPriority rank among messages
 * @param requiresConfirmation true when the sender waits for the acknowledgement
 */
public record DeviceConfigUpdate(
    String deviceId,
    Changes changes,
    StatePriority propagationPriority,
    boolean requiresConfirmation)
    implements StateMessage {

  /**
   * The changed settings.
   *
   * @param optimizationProfile what it is tuned for
   * @param powerLimit watts
   * @param memoryAllocationPolicy how freed memory is kept
   */
  public record Changes(
      Optional<OptimizationProfile> optimizationProfile,
      OptionalInt powerLimit,
      Optional<MemoryAllocationPolicy> memoryAllocationPolicy) {}
}
