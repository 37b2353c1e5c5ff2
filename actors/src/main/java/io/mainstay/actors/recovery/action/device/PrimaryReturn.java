package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.now;
import static io.mainstay.actors.recovery.action.Workers.text;

import io.mainstay.actors.degradation.DeviceUse;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.InTurn;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A device that failed takes its work back: it gets the models that it had, and what the recovery
 * loaded elsewhere for it goes. One that does not come back, or may not be used yet, leaves all of
 * that as it is: {@link ReturnedDevices} gives it its models when it may. Thread-safe.
 */
final class PrimaryReturn {
  private final ActionFloor floor;
  private final ModelQuestions models;
  private final DeviceFloor devices;
  private final FailedDevices failed;
  private final DeviceRouting routing;

  PrimaryReturn(
      ActionFloor floor, DeviceFloor devices, FailedDevices failed, DeviceRouting routing) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.devices = devices;
    this.failed = failed;
    this.routing = routing;
  }

  /** Of each that the fault names: no ground keeps work off it, and it is as it was, if it can. */
  CompletionStage<RecoveryStepOutcome> restore(Task task) {
    return devices
        .look(task)
        .thenCompose(
            seen -> {
              devices.reconnect(seen.down());
              return InTurn.each(
                      seen.named(), device -> routing.back(task, device), "there is no such device")
                  .thenCompose(
                      left ->
                          left instanceof RecoveryStepOutcome.Failed
                              ? now(left)
                              : InTurn.each(
                                  seen.named().stream()
                                      .filter(device -> !isWell(seen, device))
                                      .toList(),
                                  device -> restore(task, device),
                                  "no device is without what it had: " + text(seen.named())));
            });
  }

  private boolean isWell(DeviceFloor.Seen seen, DeviceView device) {
    return !seen.down().contains(device) && failed.of(device.id()).isEmpty();
  }

  private CompletionStage<RecoveryStepOutcome> restore(Task task, DeviceView device) {
    // The other half of the time is for its loads.
    Duration patience = task.step().limit().dividedBy(2);
    return floor
        .await(
            task,
            patience,
            () ->
                devices
                    .all()
                    .thenApply(
                        all ->
                            all.stream()
                                .filter(one -> one.id().equals(device.id()))
                                .filter(one -> one.serves() && mayUse(one))
                                .findFirst()
                                .map(one -> done(text(Set.of(one))))),
            () -> device.id() + " does not serve")
        .thenCompose(
            back ->
                back instanceof RecoveryStepOutcome.Done
                    ? takeBack(task, device)
                    : now(
                        done(
                            "%s was asked to start again and may not be used yet; what was moved off it stays where it is, and it gets %s when it may"
                                .formatted(device.id(), failed.of(device.id())))));
  }

  /** It has what it had, and others do not have that in its place any more. */
  private CompletionStage<RecoveryStepOutcome> takeBack(Task task, DeviceView device) {
    Set<FailedDevices.Move> moves = failed.movedBy(device.id(), task.recoveryId());
    return give(task, device)
        .thenCompose(
            loads ->
                InTurn.each(
                        moves.stream()
                            .filter(move -> !loads.failed().containsKey(move.modelId()))
                            .toList(),
                        this::unload,
                        "nothing is to be unloaded elsewhere")
                    .thenApply(
                        gone ->
                            done(
                                "%s serves again; %s; %s"
                                    .formatted(
                                        device.id(),
                                        loads.text(),
                                        ((RecoveryStepOutcome.Done) gone).evidence()))));
  }

  /** Whoever uses it there goes on with it: then it stays. */
  private CompletionStage<RecoveryStepOutcome> unload(FailedDevices.Move move) {
    return models
        .unload(move.modelId(), move.onto(), floor.answerWithin())
        .handle(
            (gone, used) ->
                done(
                    move.modelId()
                        + (used == null ? " unloaded from " : " stays on ")
                        + move.onto()
                        + (used == null ? "" : ": " + FailureCause.message(used))));
  }

  /** It serves again: it gets what it had, or gets it when a mode lets it be used. */
  CompletionStage<RecoveryStepOutcome> backAgain(DeviceFloor.Seen seen, Task task) {
    return InTurn.each(
        seen.named().stream().filter(device -> !failed.of(device.id()).isEmpty()).toList(),
        device ->
            mayUse(device)
                ? give(task, device).thenApply(PrimaryReturn::given)
                : now(
                    done(
                        "%s serves again, and gets %s when no mode keeps work off it"
                            .formatted(device.id(), failed.of(device.id())))),
        "no device is down any more: " + text(seen.named()));
  }

  private CompletionStage<DeviceFloor.Loads> give(Task task, DeviceView device) {
    return devices.load(failed.back(device.id()), device.id(), task.step().limit());
  }

  private static RecoveryStepOutcome given(DeviceFloor.Loads loads) {
    return loads.failed().isEmpty()
        ? done(loads.deviceId() + " serves again; " + loads.text())
        : new RecoveryStepOutcome.Failed("models_not_loaded", loads.text());
  }

  private boolean mayUse(DeviceView device) {
    return DeviceUse.LOADING.may(InForce.on(floor.system()), device.id());
  }
}
