package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;

/**
 * Worker to orchestrator: what a device can do.
 *
 * @param deviceId the device
 * @param newCapabilities names, such as fp16_inference
 * @param capabilityScores how well
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.DEVICE,
    group = "hardware_interface",
    fields = "capability-detection")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.DEVICE,
    group = "hardware_interface",
    fields = "hardware-control",
    note = "no backend lets its clocks be set: a power limit is refused as unsupported")
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
