package io.mainstay.protocol.state;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * Worker to orchestrator: health of a device.
 *
 * @param deviceId the device
 * @param healthMetrics what was measured
 * @param timestamp when
 * @param propagationUrgency rank among messages
 */
public record DeviceHealthUpdate(
    String deviceId,
    HealthMetrics healthMetrics,
    Instant timestamp,
    StatePriority propagationUrgency)
    implements StateMessage {

  /**
   * Measured health.
   *
   * @param temperature degrees Celsius; empty where the device has no sensor
   * @param utilization percent, 0 to 100
   * @param memoryUsage used over budget, 0 to 1
   * @param errorCount faults of blame worker or device since the worker's hello
   */
  public record HealthMetrics(
      OptionalDouble temperature, double utilization, double memoryUsage, long errorCount) {}
}
