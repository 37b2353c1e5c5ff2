package io.mainstay.actors.recovery.action.relief;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.memory.MemoryFigures;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether what led a recovery into a mode is over. Pure.
 *
 * @param memoryBelow share of a memory, 0 to 1, below which it is under no pressure
 * @param workerOwnBytes what a worker's process needs beside its memory budget
 */
record Relief(double memoryBelow, long workerOwnBytes) {
  /**
   * Why it is over; empty while it is not.
   *
   * @param ground of the recovery
   */
  Optional<String> over(ModeKey key, ReliefGround ground, MemoryFigures now) {
    return key.mode() == DegradationMode.DEVICE_ISOLATION ? served(key, now) : less(ground, now);
  }

  private static Optional<String> served(ModeKey key, MemoryFigures now) {
    boolean serve =
        now.devices().stream()
            .filter(device -> key.subject().isEmpty() || device.id().equals(key.subject()))
            .allMatch(DeviceView::serves);
    return !serve || now.devices().isEmpty()
        ? Optional.empty()
        : Optional.of((key.subject().isEmpty() ? "all devices" : key.subject()) + " serve again");
  }

  /**
   * Less is in use than the recovery wanted; where the machine was short it is the machine's own
   * figure that counts, with the workers and this JVM in it, and that no worker has more resident
   * than its budget and what its process needs itself.
   */
  private Optional<String> less(ReliefGround ground, MemoryFigures now) {
    double bound = Math.min(memoryBelow, ground.below().orElse(memoryBelow));
    double share = ground.scope().share(now);
    boolean within =
        !ground.scope().machine()
            || now.devices().stream()
                .allMatch(
                    device ->
                        device.residentBytes() <= device.memoryBudgetBytes() + workerOwnBytes);
    return share < bound && within
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%.1f %% of the memory is in use, less than %.1f %%; %s",
                100 * share,
                100 * bound,
                now.text()))
        : Optional.empty();
  }
}
