package io.mainstay.actors.degradation;

import java.util.Set;
import java.util.TreeSet;

/**
 * What modes leave of devices.
 *
 * @param useMax share of the time that a device computes, above 0 to 1
 * @param isolated devices that modes are about; {@link DeviceUse} says what they do not do then
 */
public record DeviceLimits(double useMax, Set<String> isolated) {
  /** No limit. */
  public static final DeviceLimits NONE = new DeviceLimits(1, Set.of());

  public DeviceLimits {
    Limit.share("devices.use-max", useMax);
    isolated = Set.copyOf(isolated);
  }

  /** The stricter of both, setting by setting. */
  public DeviceLimits and(DeviceLimits other) {
    Set<String> both = new TreeSet<>(isolated);
    both.addAll(other.isolated);
    return new DeviceLimits(Math.min(useMax, other.useMax), both);
  }
}
