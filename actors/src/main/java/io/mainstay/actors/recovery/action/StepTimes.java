package io.mainstay.actors.recovery.action;

import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.time.Duration;

/** Times that the catalogs give steps as parameters; their units are in the names. Pure. */
public final class StepTimes {
  private StepTimes() {}

  /** Such as {@code hold-ms}; fails if the catalog does not give it. */
  public static Duration millis(Task task, String name) {
    return Duration.ofMillis(Long.parseLong(task.parameter(name)));
  }

  /** Such as {@code interval_seconds}; fails if the catalog does not give it. */
  public static Duration seconds(Task task, String name) {
    return Duration.ofSeconds(Long.parseLong(task.parameter(name)));
  }
}
