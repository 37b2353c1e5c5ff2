package io.mainstay.actors.degradation;

import java.util.Set;
import java.util.TreeSet;

/**
 * What modes leave of devices.
 *
 * @param useMax share of the time that a device computes, above 0 to 1
 * @param cpuOnly whether only CPU devices work
 * @param isolated devices that get no work
 */
public record DeviceLimits(double useMax, boolean cpuOnly, Set<String> isolated) {
  /** How ids of CPU devices begin. */
  static final String CPU = "cpu";

  /** No limit. */
  public static final DeviceLimits NONE = new DeviceLimits(1, false, Set.of());

  public DeviceLimits {
    Limit.share("devices.use-max", useMax);
    isolated = Set.copyOf(isolated);
  }

  /** The stricter of both, setting by setting. */
  public DeviceLimits and(DeviceLimits other) {
    Set<String> both = new TreeSet<>(isolated);
    both.addAll(other.isolated);
    return new DeviceLimits(Math.min(useMax, other.useMax), cpuOnly || other.cpuOnly, both);
  }

  /** Whether a device gets work. */
  public boolean mayUse(String deviceId) {
    return !isolated.contains(deviceId) && !(cpuOnly && !deviceId.startsWith(CPU));
  }
}
