package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.consistency.check.WorkFacts.SeatFacts;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.relief.RecoveryModes;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * From one moment on nothing new goes to the device that failed, whatever its worker does, and work
 * goes to the one that takes its place. Thread-safe.
 */
final class DeviceRouting {
  private final ActionFloor floor;
  private final Questions questions;
  private final RecoveryModes modes;

  DeviceRouting(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.modes = new RecoveryModes(floor);
  }

  /** Done when the inference domain plans nothing for the one, and plans for the other. */
  CompletionStage<RecoveryStepOutcome> past(Task task, DeviceView primary, DeviceView secondary) {
    return modes
        .enter(
            task,
            failover(primary.id()),
            ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION,
            "the work of " + primary.id() + " goes to " + secondary.id())
        .thenCompose(
            entered ->
                entered instanceof RecoveryStepOutcome.Done done
                    ? awaitRouted(task, primary.id(), secondary.id(), done.evidence())
                    : now(entered));
  }

  /** The task's ground to route past that device is taken back. */
  CompletionStage<RecoveryStepOutcome> back(Task task, DeviceView primary) {
    return modes.leave(task, failover(primary.id()));
  }

  private CompletionStage<RecoveryStepOutcome> awaitRouted(
      Task task, String primary, String secondary, String entered) {
    return floor.await(
        task,
        () -> questions.turns().thenApply(facts -> routed(primary, secondary, facts, entered)),
        () ->
            "the inference domain does not send the work of "
                + primary
                + " to "
                + secondary
                + " yet");
  }

  private static Optional<RecoveryStepOutcome> routed(
      String primary, String secondary, InferenceCommand.Facts facts, String entered) {
    boolean primaryHasWork =
        facts.planned().contains(primary)
            || facts.turns().stream().anyMatch(turn -> turn.deviceId().equals(primary));
    Optional<SeatFacts> seat =
        facts.seats().stream().filter(known -> known.deviceId().equals(secondary)).findFirst();
    return primaryHasWork || seat.isEmpty() || !facts.planned().contains(secondary)
        ? Optional.empty()
        : Optional.of(
            done(
                "nothing is planned for %s; work goes to %s, epoch %d, which has %s; %s"
                    .formatted(
                        primary, secondary, seat.get().epoch(), seat.get().models(), entered)));
  }

  private static ModeKey failover(String deviceId) {
    return ModeKey.of(
        DegradationMode.DEVICE_ISOLATION, DegradationSubState.FAILOVER_MODE, deviceId);
  }
}
