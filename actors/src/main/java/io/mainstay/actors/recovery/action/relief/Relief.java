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
 */
record Relief(double memoryBelow) {
  private static final String SERVING = "serving";

  /**
   * Why it is over; empty while it is not.
   *
   * @param subject that the recovery was about
   */
  Optional<String> over(ModeKey key, String subject, MemoryFigures now) {
    if (key.mode() != DegradationMode.DEVICE_ISOLATION) {
      double share = now.share(subject);
      return share < memoryBelow
          ? Optional.of(
              String.format(
                  Locale.ROOT,
                  "%.1f %% of the memory is in use, less than %.1f %%",
                  100 * share,
                  100 * memoryBelow))
          : Optional.empty();
    }
    boolean serve =
        now.devices().stream()
            .filter(device -> key.subject().isEmpty() || device.id().equals(key.subject()))
            .map(DeviceView::state)
            .allMatch(SERVING::equals);
    return !serve || now.devices().isEmpty()
        ? Optional.empty()
        : Optional.of((key.subject().isEmpty() ? "all devices" : key.subject()) + " serve again");
  }
}
