package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.relief.RecoveryModes;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * The node takes on less: fewer sessions and smaller batches, and devices compute a share of the
 * time. Lifted again once the queues of the devices are short; the mode then lasts for its least
 * stay, and whatever is wrong still throttles it anew.
 */
public final class ThrottleActions {
  private static final ModeKey CONSERVATION =
      ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);

  private final ActionFloor floor;
  private final DeviceFloor devices;
  private final RecoveryModes modes;

  private ThrottleActions(ActionFloor floor) {
    this.floor = floor;
    this.devices = new DeviceFloor(floor);
    this.modes = new RecoveryModes(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    ThrottleActions throttle = new ThrottleActions(floor);
    actions
        .add("measure_load", throttle::measure)
        .add("reduce_load", throttle::reduce)
        .add("await_short_queues", throttle::awaitShortQueues)
        .add("lift_load_reduction", task -> throttle.modes.leave(task, CONSERVATION));
  }

  private CompletionStage<RecoveryStepOutcome> measure(Task task) {
    return devices
        .look(task)
        .thenCombine(
            floor.ask(floor.ports().processing(), ProcessingCommand.GetLoad::new),
            (seen, load) ->
                done(
                    "%d sessions open, %d running; %s"
                        .formatted(load.open(), load.running(), queues(seen.named()))));
  }

  private CompletionStage<RecoveryStepOutcome> reduce(Task task) {
    return modes.enterMeanwhile(
        task,
        CONSERVATION,
        ModeTrigger.DEVICE_PERFORMANCE_DEGRADATION,
        task.plan().error() + " of " + task.subject());
  }

  private CompletionStage<RecoveryStepOutcome> awaitShortQueues(Task task) {
    int most = Integer.parseInt(task.parameter("queue_depth_most"));
    return floor.await(
        task,
        () ->
            devices
                .look(task)
                .thenApply(
                    seen ->
                        seen.named().stream().allMatch(device -> device.queueDepth() <= most)
                            ? Optional.of(done(queues(seen.named())))
                            : Optional.empty()),
        () -> "some device has more than " + most + " calls");
  }

  private static String queues(Collection<DeviceView> devices) {
    return devices.stream()
        .map(
            device ->
                "%s %s with %d calls".formatted(device.id(), device.state(), device.queueDepth()))
        .collect(Collectors.joining(", "));
  }
}
