package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Has workers replaced in which a load stands still. Thread-safe. */
final class StuckWorkers {
  private final ActionFloor floor;
  private final Questions questions;
  private final StandingLoads standing;

  StuckWorkers(ActionFloor floor, StandingLoads standing) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.standing = standing;
  }

  /** Done when another worker serves in the place of each. */
  CompletionStage<RecoveryStepOutcome> replace(Task task) {
    return standing
        .find(StandingLoads.Windows.of(task))
        .thenCombine(
            questions.devices(),
            (stuck, all) -> {
              List<DeviceView> replaced =
                  stuck(Subjects.devices(task.subject(), all), stuck.keySet());
              replaced.forEach(one -> end(task, one));
              return replaced;
            })
        .thenCompose(
            replaced ->
                floor.await(
                    task,
                    () ->
                        questions
                            .devices()
                            .thenApply(
                                now ->
                                    areReplaced(replaced, now)
                                        ? Optional.of(done(text(replaced)))
                                        : Optional.empty()),
                    () -> "no worker serves in the place of one that was ended"));
  }

  private void end(Task task, DeviceView device) {
    floor
        .ports()
        .device()
        .tell(
            new DeviceCommand.ReplaceWorker(
                device.id(), device.epoch(), task.plan().error(), task.cause()));
  }

  /**
   * Those whose worker serves and has such a load.
   *
   * @param loads that stand still, each as {@link StandingLoads} names it
   */
  static List<DeviceView> stuck(List<DeviceView> devices, Set<String> loads) {
    return devices.stream()
        .filter(DeviceView::serves)
        .filter(one -> loads.stream().anyMatch(load -> load.endsWith(" on " + one.id())))
        .toList();
  }

  /** Whether each has a later worker that serves. */
  static boolean areReplaced(List<DeviceView> before, List<DeviceView> now) {
    return before.stream()
        .allMatch(
            former ->
                now.stream()
                    .filter(one -> one.id().equals(former.id()))
                    .anyMatch(one -> one.epoch() > former.epoch() && one.serves()));
  }

  private static String text(List<DeviceView> replaced) {
    return replaced.isEmpty()
        ? "no worker that serves has a load that stands still"
        : "replaced: " + replaced.stream().map(DeviceView::id).collect(Collectors.joining(", "));
  }
}
