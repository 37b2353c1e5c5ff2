package io.mainstay.actors.recovery.action.platform;

import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.time.Duration;

/**
 * Pauses between attempts, each longer than the one before. Pure.
 *
 * @param first after the first attempt, at least 1 ms
 * @param factor by which each is longer, at least 1
 * @param most of one, at least {@code first}
 */
record Backoff(Duration first, double factor, Duration most) {
  Backoff {
    if (first.toMillis() < 1 || factor < 1 || most.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "Pauses of %d ms, growing by %s up to %d ms; at least 1 ms, 1, and the first"
              .formatted(first.toMillis(), factor, most.toMillis()));
    }
  }

  /** As the step's parameters say: {@code pause-ms}, {@code pause-factor}, {@code pause-max-ms}. */
  static Backoff of(Task task) {
    return new Backoff(
        StepTimes.millis(task, "pause-ms"),
        Double.parseDouble(task.parameter("pause-factor")),
        StepTimes.millis(task, "pause-max-ms"));
  }

  /**
   * The pause after that attempt.
   *
   * @param attempt from 1
   */
  Duration after(int attempt) {
    double millis = first.toMillis() * Math.pow(factor, attempt - 1);
    return millis >= most.toMillis() ? most : Duration.ofMillis((long) millis);
  }
}
