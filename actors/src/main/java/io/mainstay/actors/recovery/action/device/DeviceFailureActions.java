package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.now;
import static io.mainstay.actors.recovery.action.Workers.text;

import akka.Done;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.InTurn;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * What a failed device leaves behind is cleared up, domain by domain: its memory is given back, its
 * models are forgotten there, sessions let go of it, and its work goes to another device. A device
 * that serves again by itself is left as it is.
 */
public final class DeviceFailureActions {
  private final ActionFloor floor;
  private final Questions questions;
  private final DeviceMerits merits;
  private final DeviceFloor devices;
  private final FailedDevices failed;
  private final DeviceMoves moves;

  private DeviceFailureActions(ActionFloor floor, FailedDevices failed) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.merits = DeviceMerits.of(floor.around().config());
    this.devices = new DeviceFloor(floor);
    this.failed = failed;
    this.moves = new DeviceMoves(devices, failed);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor, FailedDevices failed) {
    DeviceFailureActions failure = new DeviceFailureActions(floor, failed);
    actions
        .add("detect_device_failure", failure::detect)
        .add("abort_device_specific_allocations", failure::abortAllocations)
        .add("unload_device_specific_models", failure::unloadModels)
        .add("abort_device_dependent_sessions", failure::abortSessions)
        .add("migrate_to_fallback_device", failure::migrate);
  }

  /** Heartbeats and capabilities: whether the device has a worker that answers. */
  private CompletionStage<RecoveryStepOutcome> detect(Task task) {
    return devices
        .look(task)
        .thenApply(
            seen ->
                done(
                    seen.down().isEmpty()
                        ? "no device is down any more: " + text(seen.named())
                        : seen.down().stream()
                            .map(
                                device ->
                                    "%s is %s, %d restarts, last death: %s"
                                        .formatted(
                                            device.id(),
                                            device.state(),
                                            device.restarts(),
                                            device.lastDeath()))
                            .collect(Collectors.joining("; "))));
  }

  /** What is reserved on a device without a worker is given back, but for what people hold. */
  private CompletionStage<RecoveryStepOutcome> abortAllocations(Task task) {
    return devices
        .look(task)
        .thenCompose(
            seen -> {
              List<String> down = ids(seen.down());
              return ledgers(down).thenCompose(before -> release(down, before));
            });
  }

  private CompletionStage<RecoveryStepOutcome> release(List<String> down, List<LedgerView> before) {
    List<CompletionStage<Done>> releases = new ArrayList<>();
    for (LedgerView ledger : before) {
      for (Reservation held : ledger.reservations()) {
        MemoryOwners.modelOf(held.owner()).ifPresent(model -> failed.had(ledger.deviceId(), model));
        // A transaction gives back its own, and may go on when the device is back.
        if (MemoryOwners.transactionOf(held.owner()).isEmpty()) {
          releases.add(
              floor.ask(
                  floor.ports().memory(),
                  replyTo -> new MemoryCommand.Release(ledger.deviceId(), held.owner(), replyTo)));
        }
      }
    }
    return all(releases)
        .thenCompose(released -> ledgers(down))
        .thenApply(
            after ->
                done(
                    "%d reservations of %s given back: %d -> %d bytes reserved"
                        .formatted(releases.size(), down, reserved(before), reserved(after))));
  }

  private CompletionStage<List<LedgerView>> ledgers(List<String> devices) {
    return questions
        .ledgers()
        .thenApply(
            all -> all.stream().filter(ledger -> devices.contains(ledger.deviceId())).toList());
  }

  private static long reserved(List<LedgerView> ledgers) {
    return ledgers.stream().mapToLong(LedgerView::reservedBytes).sum();
  }

  /** The device's next worker begins without them: one of them may be what ended the former. */
  private CompletionStage<RecoveryStepOutcome> unloadModels(Task task) {
    return devices
        .look(task)
        .thenCompose(
            seen -> {
              List<CompletionStage<Long>> drops = new ArrayList<>();
              List<String> dropped = new ArrayList<>();
              for (DeviceView device : seen.down()) {
                for (String model : failed.of(device.id())) {
                  dropped.add(model + " off " + device.id());
                  drops.add(
                      floor.askStatus(
                          floor.ports().device(),
                          replyTo -> new DeviceCommand.DropModel(device.id(), model, replyTo),
                          task.step().limit()));
                }
              }
              return all(drops)
                  .thenApply(
                      done ->
                          done(
                              dropped.isEmpty()
                                  ? "nothing is loaded on " + ids(seen.down())
                                  : "taken " + dropped));
            });
  }

  /** Sessions keep what they have, durably, and nothing of the device is theirs any more. */
  private CompletionStage<RecoveryStepOutcome> abortSessions(Task task) {
    return devices
        .look(task)
        .thenCombine(
            questions.work(),
            (seen, facts) ->
                seen.down().isEmpty() || facts.runners().isEmpty()
                    ? now(
                        done(
                            "%d sessions run; down: %s"
                                .formatted(facts.runners().size(), text(seen.down()))))
                    : floor
                        .ask(
                            floor.ports().processing(),
                            ProcessingCommand.SaveCheckpoints::new,
                            task.step().limit())
                        .thenCompose(saved -> awaitLetGo(task, saved)))
        .thenCompose(outcome -> outcome);
  }

  private CompletionStage<RecoveryStepOutcome> awaitLetGo(
      Task task, ProcessingCommand.Saved saved) {
    return floor.await(
        task,
        () ->
            devices
                .look(task)
                .thenCombine(
                    questions.turns(),
                    (seen, facts) -> {
                      List<String> down = ids(seen.down());
                      boolean gone =
                          facts.seats().stream()
                              .filter(seat -> down.contains(seat.deviceId()))
                              .noneMatch(seat -> seat.standing().equals("up"));
                      return gone
                          ? Optional.of(
                              done(
                                  "%s; none works on %s; %d turns"
                                      .formatted(saved.text(), down, facts.turns().size())))
                          : Optional.empty();
                    }),
        () -> "sessions still work on the device");
  }

  /** The others load what each of the devices had, anew from the files. */
  private CompletionStage<RecoveryStepOutcome> migrate(Task task) {
    return devices
        .look(task)
        .thenCompose(
            seen ->
                InTurn.each(
                    seen.down(),
                    device -> migrate(task, seen, device),
                    "nothing to move: " + text(seen.named())));
  }

  private CompletionStage<RecoveryStepOutcome> migrate(
      Task task, DeviceFloor.Seen seen, DeviceView device) {
    return SecondaryDevice.choose(merits, device, seen.all(), 0, failed.of(device.id()))
        .map(
            target ->
                floor
                    .<ModelCommand, ModelCommand.Moved>ask(
                        floor.ports().model(),
                        replyTo ->
                            new ModelCommand.FailOver(
                                device.id(),
                                task.plan().error(),
                                ids(seen.others()),
                                task.step().limit(),
                                replyTo),
                        task.step().limit())
                    .thenCompose(moved -> moves.move(task, device, target)))
        .orElseGet(
            () ->
                now(
                    new RecoveryStepOutcome.Failed(
                        "no_fallback_device",
                        "No other device serves: "
                            + text(seen.all())
                            + "; work waits until one does")));
  }

  private static List<String> ids(Collection<DeviceView> devices) {
    return devices.stream().map(DeviceView::id).toList();
  }

  private static <T> CompletableFuture<Void> all(List<CompletionStage<T>> stages) {
    return CompletableFuture.allOf(
        stages.stream()
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture[]::new));
  }
}
