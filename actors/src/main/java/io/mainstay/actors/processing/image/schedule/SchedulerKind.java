package io.mainstay.actors.processing.image.schedule;

import io.mainstay.actors.gateway.Refusal;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The schedulers there are. */
public enum SchedulerKind {
  DDIM("ddim", "DDIMScheduler"),
  EULER("euler", "EulerDiscreteScheduler");

  private final String title;
  private final String className;

  SchedulerKind(String title, String className) {
    this.title = title;
    this.className = className;
  }

  /** The name in requests, receipts and checkpoints. */
  public String title() {
    return title;
  }

  /** {@code _class_name} in a scheduler's file. */
  public String className() {
    return className;
  }

  /**
   * The scheduler of that name in a request.
   *
   * @throws Refusal {@code unknown_scheduler}
   */
  public static SchedulerKind named(String title) {
    return Arrays.stream(values())
        .filter(kind -> kind.title.equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.of(
                    "unknown_scheduler",
                    "scheduler is '%s'; there are %s"
                        .formatted(
                            title,
                            Arrays.stream(values())
                                .map(SchedulerKind::title)
                                .collect(Collectors.joining(" and "))),
                    "Name one of these, or leave the parameter out for the model's own"));
  }
}
