package io.mainstay.actors.recovery.action.relief;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * {@code mainstay.recovery.relief}, checked once.
 *
 * @param lookInterval between two looks at the modes that recoveries entered
 * @param memoryBelow share of a memory below which it is under no pressure
 * @param workerOwnBytes what a worker's process needs beside its memory budget
 * @param giveBackWithin in which each model that a device had before it failed is loaded there
 */
public record ReliefSettings(
    Duration lookInterval, double memoryBelow, long workerOwnBytes, Duration giveBackWithin) {
  public ReliefSettings {
    if (lookInterval.toMillis() < 1) {
      throw new IllegalArgumentException(
          "mainstay.recovery.relief.look-interval is "
              + lookInterval
              + "; it must be at least 1ms");
    }
    if (!(memoryBelow > 0 && memoryBelow <= 1)) {
      throw new IllegalArgumentException(
          "mainstay.recovery.relief.memory-below is "
              + memoryBelow
              + "; it must be above 0, at most 1");
    }
    if (workerOwnBytes < 0) {
      throw new IllegalArgumentException(
          "mainstay.recovery.relief.worker-own-memory is "
              + workerOwnBytes
              + " bytes; it must be at least 0");
    }
    if (giveBackWithin.toMillis() < 1) {
      throw new IllegalArgumentException(
          "mainstay.recovery.relief.give-back-within is "
              + giveBackWithin
              + "; it must be at least 1ms");
    }
  }

  /** Reads them from the root of a configuration. */
  public static ReliefSettings of(Config root) {
    Config relief = root.getConfig("mainstay.recovery.relief");
    return new ReliefSettings(
        relief.getDuration("look-interval"),
        relief.getDouble("memory-below"),
        relief.getBytes("worker-own-memory"),
        relief.getDuration("give-back-within"));
  }
}
