package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/**
 * What a failed device had is loaded elsewhere, anew from the files. A model that no device which
 * serves has afterwards is a failure, whatever became of the others. Thread-safe.
 */
final class DeviceMoves {
  private final DeviceFloor devices;
  private final FailedDevices failed;

  DeviceMoves(DeviceFloor devices, FailedDevices failed) {
    this.devices = devices;
    this.failed = failed;
  }

  /** Completes when each model of the failed device is loaded on the other one, or refused. */
  CompletionStage<RecoveryStepOutcome> move(Task task, DeviceView from, DeviceView onto) {
    return devices
        .load(failed.of(from.id()), onto.id(), task.step().limit())
        .thenCompose(
            loads -> {
              loads.loaded().stream()
                  .filter(model -> !onto.models().contains(model))
                  .forEach(
                      model ->
                          failed.moved(
                              from.id(),
                              task.recoveryId(),
                              new FailedDevices.Move(model, onto.id())));
              return devices.look(task).thenApply(seen -> outcome(from, onto, loads, seen));
            });
  }

  private static RecoveryStepOutcome outcome(
      DeviceView from, DeviceView onto, DeviceFloor.Loads loads, DeviceFloor.Seen seen) {
    Set<String> missing = new TreeSet<>(loads.failed().keySet());
    seen.others().forEach(device -> missing.removeAll(device.models()));
    return missing.isEmpty()
        ? done(
            "the work of %s goes to %s, epoch %d: %s"
                .formatted(from.id(), onto.id(), onto.epoch(), loads.text()))
        : new RecoveryStepOutcome.Failed(
            "models_not_moved",
            "No device that serves has %s of %s: %s".formatted(missing, from.id(), loads.text()));
  }
}
