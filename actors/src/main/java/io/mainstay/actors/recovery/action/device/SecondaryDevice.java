package io.mainstay.actors.recovery.action.device;

import io.mainstay.actors.device.DeviceView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which device takes the place of one that failed: the most compatible of those that serve and are
 * large enough. Pure; the same devices give the same choice.
 */
final class SecondaryDevice {

  private SecondaryDevice() {}

  /**
   * The best one.
   *
   * @param merits what counts, and how much
   * @param leastShare of the primary's memory that it must have, 0 to 1
   * @param wanted models that were on the primary
   */
  static Optional<DeviceView> choose(
      DeviceMerits merits,
      DeviceView primary,
      List<DeviceView> all,
      double leastShare,
      Set<String> wanted) {
    return all.stream()
        .filter(device -> !device.id().equals(primary.id()))
        .filter(device -> device.serves())
        .filter(device -> device.memoryBudgetBytes() >= leastShare * primary.memoryBudgetBytes())
        .max(
            Comparator.comparingInt((DeviceView device) -> merits.score(primary, device, wanted))
                .thenComparing(DeviceView::id, Comparator.reverseOrder()));
  }
}
