package io.mainstay.protocol.state;

import java.util.List;

/**
 * Worker to orchestrator: what a device can do.
 *
 * @param deviceId the device
 * @param newCapabilities names, such as fp16_inference
 * @param capabilityScores how well
 */
public record DeviceCapabilityDiscovered(
    String deviceId, List<String> newCapabilities, CapabilityScores capabilityScores)
    implements StateMessage {
  public DeviceCapabilityDiscovered {
    newCapabilities = List.copyOf(newCapabilities);
  }

  /**
   * Scores from 0 to 10.
   *
   * @param inferencePerformance speed
   * @param memoryEfficiency thrift
   */
  public record CapabilityScores(double inferencePerformance, double memoryEfficiency) {}
}
