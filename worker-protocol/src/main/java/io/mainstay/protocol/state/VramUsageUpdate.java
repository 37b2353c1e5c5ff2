package io.mainstay.protocol.state;

import io.mainstay.protocol.PressureLevel;

/**
 * Worker to orchestrator: memory of a device.
 *
 * @param deviceId the device
 * @param vramMetrics what was measured
 * @param pressureLevel level of use
 * @param cleanupRecommended true from the cleanup threshold
 */
public record VramUsageUpdate(
    String deviceId,
    VramMetrics vramMetrics,
    PressureLevel pressureLevel,
    boolean cleanupRecommended)
    implements StateMessage {

  /**
   * Measured memory.
   *
   * @param totalVram bytes of the limit in force
   * @param usedVram bytes
   * @param availableVram bytes
   * @param fragmentationLevel free over held, 0 to 1
   */
  public record VramMetrics(
      long totalVram, long usedVram, long availableVram, double fragmentationLevel) {}
}
