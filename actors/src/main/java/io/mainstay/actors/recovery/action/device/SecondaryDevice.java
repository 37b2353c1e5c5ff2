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
   * @param leastShare of the primary's memory that it must have, 0 to 1
   * @param wanted models that were on the primary
   */
  static Optional<DeviceView> choose(
      DeviceView primary, List<DeviceView> all, double leastShare, Set<String> wanted) {
    return all.stream()
        .filter(device -> !device.id().equals(primary.id()))
        .filter(device -> device.serves())
        .filter(device -> device.memoryBudgetBytes() >= leastShare * primary.memoryBudgetBytes())
        .max(
            Comparator.comparingInt((DeviceView device) -> score(primary, device, wanted))
                .thenComparing(DeviceView::id, Comparator.reverseOrder()));
  }

  /** How well it does for the primary: the same kind of device counts most, then its models. */
  static int score(DeviceView primary, DeviceView device, Set<String> wanted) {
    int kind = device.backend().equals(primary.backend()) ? 100 : 0;
    int room = device.memoryBudgetBytes() >= primary.memoryBudgetBytes() ? 50 : 0;
    long held = wanted.stream().filter(device.models()::contains).count();
    int models = wanted.isEmpty() ? 0 : (int) (40 * held / wanted.size());
    return kind + room + models;
  }
}
