package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.now;
import static io.mainstay.actors.recovery.action.Workers.text;

import akka.Done;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** That one device gives memory, and computes by itself. Thread-safe. */
final class DeviceProof {
  private static final String KIND = "text-embedding";
  private static final String PROBE_TEXT = "Does this device compute?";

  private final ActionFloor floor;
  private final Questions questions;

  DeviceProof(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** Reserves so many bytes of it and gives them back, then has it compute. */
  CompletionStage<RecoveryStepOutcome> of(Task task, DeviceView device, long bytes) {
    String owner = "recovery:" + task.recoveryId();
    return floor
        .<MemoryCommand, MemoryCommand.Reservation>askStatus(
            floor.ports().memory(),
            replyTo -> new MemoryCommand.Reserve(device.id(), owner, bytes, replyTo),
            task.step().limit())
        .thenCompose(
            reserved ->
                floor.<MemoryCommand, Done>ask(
                    floor.ports().memory(),
                    replyTo -> new MemoryCommand.Release(device.id(), owner, replyTo)))
        .thenCompose(
            released ->
                compute(
                    task,
                    device,
                    "%d bytes of %s reserved and given back; ".formatted(bytes, device.id())));
  }

  /** Some model of it computes; without one its worker has told its capabilities. */
  private CompletionStage<RecoveryStepOutcome> compute(
      Task task, DeviceView device, String reserved) {
    return questions
        .models()
        .thenCompose(
            models -> {
              Optional<ModelView> model =
                  models.stream()
                      .filter(known -> known.kind().equals(KIND))
                      .filter(known -> known.devices().contains(device.id()))
                      .findFirst();
              return model.isEmpty()
                  ? now(
                      done(
                          reserved
                              + "not computed, no "
                              + KIND
                              + " model is on it; its worker answers: "
                              + text(Set.of(device))))
                  : compute(task, device, model.get(), reserved);
            });
  }

  private CompletionStage<RecoveryStepOutcome> compute(
      Task task, DeviceView device, ModelView model, String reserved) {
    return floor
        .<InferenceCommand, InferenceCommand.Embedded>askStatus(
            floor.ports().inference(),
            replyTo ->
                new InferenceCommand.Embed(
                    model.id(), PROBE_TEXT, task.step().limit(), device.id(), replyTo),
            task.step().limit())
        .thenApply(
            computed -> {
              String text =
                  "%s computed %d numbers on %s, epoch %d, in %d us"
                      .formatted(
                          model.id(),
                          computed.embedding().size(),
                          computed.device(),
                          computed.epoch(),
                          computed.computeMicros());
              return computed.device().equals(device.id())
                  ? done(reserved + text)
                  : new RecoveryStepOutcome.Failed(
                      "computed_elsewhere", text + "; " + device.id() + " was to compute it");
            });
  }
}
