package io.mainstay.actors.device.verdict;

import com.typesafe.config.Config;
import io.mainstay.protocol.state.DeviceHealthUpdate.HealthMetrics;
import io.mainstay.protocol.state.StatePriority;

/**
 * How urgent what a worker measured of its device is. Pure. A worker only measures; the node, whose
 * policy it is, says what is critical.
 *
 * @param highCelsius from here on the device is hot
 * @param criticalCelsius from here on it is about to fail
 * @param highMemory share of its memory from which on little is left
 * @param criticalMemory share from which on nothing is left
 */
public record HealthLimits(
    double highCelsius, double criticalCelsius, double highMemory, double criticalMemory) {
  public HealthLimits {
    ordered("temperature", highCelsius, criticalCelsius, 20, 150);
    ordered("memory", highMemory, criticalMemory, 0.5, 1);
  }

  /** Reads {@code mainstay.device.health}. */
  public static HealthLimits of(Config health) {
    return new HealthLimits(
        health.getDouble("temperature-high"),
        health.getDouble("temperature-critical"),
        health.getDouble("memory-high"),
        health.getDouble("memory-critical"));
  }

  /**
   * The urgency of one measurement.
   *
   * @param errorsBefore that the same worker counted before; more of them is a device that fails
   */
  public StatePriority urgency(HealthMetrics now, long errorsBefore) {
    double celsius = now.temperature().orElse(Double.NEGATIVE_INFINITY);
    if (celsius >= criticalCelsius || now.memoryUsage() >= criticalMemory) {
      return StatePriority.CRITICAL;
    }
    boolean high =
        celsius >= highCelsius
            || now.memoryUsage() >= highMemory
            || now.errorCount() > errorsBefore;
    return high ? StatePriority.HIGH : StatePriority.NORMAL;
  }

  private static void ordered(
      String what, double high, double critical, double least, double most) {
    if (!(least <= high && high <= critical && critical <= most)) {
      throw new IllegalArgumentException(
          "mainstay.device.health."
              + what
              + "-high is "
              + high
              + " and -critical "
              + critical
              + "; both must be "
              + least
              + " to "
              + most
              + ", the second not below the first");
    }
  }
}
