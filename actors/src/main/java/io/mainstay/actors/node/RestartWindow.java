package io.mainstay.actors.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many restarts a period has seen. Immutable; the clock is the caller's, monotonic nanoseconds.
 *
 * @param recentNanos restarts within the period, oldest first
 */
record RestartWindow(int intensity, long periodNanos, List<Long> recentNanos) {
  RestartWindow {
    recentNanos = List.copyOf(recentNanos);
  }

  static RestartWindow of(int intensity, Duration period) {
    return new RestartWindow(intensity, period.toNanos(), List.of());
  }

  /** The window after one more restart, or empty when the budget is spent. */
  Optional<RestartWindow> restart(long nowNanos) {
    List<Long> within = new ArrayList<>();
    for (long at : recentNanos) {
      if (nowNanos - at < periodNanos) {
        within.add(at);
      }
    }
    if (within.size() >= intensity) {
      return Optional.empty();
    }
    within.add(nowNanos);
    return Optional.of(new RestartWindow(intensity, periodNanos, within));
  }
}
