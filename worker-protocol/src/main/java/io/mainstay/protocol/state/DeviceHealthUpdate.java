package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
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
@Owned(
    side = Side.WORKER,
    domain = StateDomain.DEVICE,
    group = "health_monitoring",
    fields = "temperature-power-utilisation")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.DEVICE,
    group = "health_monitoring",
    fields = "maintenance",
    note = "no backend has calibration; its error count is what there is")
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
