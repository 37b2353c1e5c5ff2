package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import akka.Done;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * A device had no room: what could not be loaded there goes to the device that has the most, which
 * may be the same one after idle models have left it.
 */
public final class AllocationActions {
  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;
  private final DeviceFloor devices;

  private AllocationActions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
    this.devices = new DeviceFloor(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    AllocationActions allocation = new AllocationActions(floor);
    actions
        .add("measure_device_room", allocation::measure)
        .add("await_device_worker", allocation::awaitWorker)
        .add("allocate_on_alternative_device", allocation::allocate)
        .add("verify_device_room", allocation::verify);
  }

  private CompletionStage<RecoveryStepOutcome> measure(Task task) {
    return questions.ledgers().thenApply(ledgers -> done(text(ledgers)));
  }

  private static String text(List<LedgerView> ledgers) {
    return ledgers.stream()
        .map(
            ledger ->
                "%s: %d of %d bytes reserved"
                    .formatted(ledger.deviceId(), ledger.reservedBytes(), ledger.budgetBytes()))
        .collect(Collectors.joining("; "));
  }

  /** A worker that memory ended is replaced by its slot; some device serves. */
  private CompletionStage<RecoveryStepOutcome> awaitWorker(Task task) {
    return floor.await(
        task,
        () ->
            devices
                .look(task)
                .thenApply(
                    seen ->
                        seen.all().stream().anyMatch(DeviceView::serves)
                            ? Optional.of(done(Workers.text(seen.all())))
                            : Optional.empty()),
        () -> "no device serves");
  }

  /** Models that are on no device, and could not be loaded on one. */
  private CompletionStage<RecoveryStepOutcome> allocate(Task task) {
    return questions
        .models()
        .thenCompose(this::homeless)
        .thenCompose(
            homeless ->
                homeless.isEmpty()
                    ? now(done("no model waits for room: each is loaded somewhere or not wanted"))
                    : place(task, homeless));
  }

  private CompletionStage<List<String>> homeless(List<ModelView> all) {
    List<String> nowhere =
        all.stream()
            .filter(model -> model.devices().isEmpty() && model.problem().isEmpty())
            .map(ModelView::id)
            .toList();
    return AtATime.one(nowhere, models::show)
        .thenApply(
            details ->
                details.stream()
                    .filter(AllocationActions::wasRefused)
                    .map(detail -> detail.model().id())
                    .toList());
  }

  private static boolean wasRefused(ModelDetail detail) {
    return detail.residences().stream().anyMatch(spot -> spot.state().equals("failed"));
  }

  private CompletionStage<RecoveryStepOutcome> place(Task task, List<String> models) {
    return devices
        .all()
        .thenCombine(questions.ledgers(), AllocationActions::roomiest)
        .thenCompose(
            target ->
                target.isEmpty()
                    ? now(
                        new RecoveryStepOutcome.Failed(
                            "no_alternative_device", "No device serves, for " + models))
                    : devices
                        .load(models, target.get(), task.step().limit())
                        .thenApply(
                            loads ->
                                loads.failed().isEmpty()
                                    ? done(loads.text())
                                    : new RecoveryStepOutcome.Failed(
                                        "no_room_anywhere", loads.text())));
  }

  /** The one that serves with the most free room. */
  private static Optional<String> roomiest(List<DeviceView> all, List<LedgerView> ledgers) {
    List<String> serving = all.stream().filter(DeviceView::serves).map(DeviceView::id).toList();
    return ledgers.stream()
        .filter(ledger -> serving.contains(ledger.deviceId()))
        .max(
            Comparator.comparingLong(
                    (LedgerView ledger) -> ledger.budgetBytes() - ledger.reservedBytes())
                .thenComparing(LedgerView::deviceId, Comparator.reverseOrder()))
        .map(LedgerView::deviceId);
  }

  /** Some device has room again, by having it. */
  private CompletionStage<RecoveryStepOutcome> verify(Task task) {
    long bytes = Long.parseLong(task.parameter("allocation_bytes"));
    String owner = "recovery:" + task.recoveryId();
    return devices
        .all()
        .thenCombine(questions.ledgers(), AllocationActions::roomiest)
        .thenCompose(
            target -> {
              if (target.isEmpty()) {
                return now(
                    new RecoveryStepOutcome.Failed("no_alternative_device", "No device serves"));
              }
              return floor
                  .<MemoryCommand, MemoryCommand.Reservation>askStatus(
                      floor.ports().memory(),
                      replyTo -> new MemoryCommand.Reserve(target.get(), owner, bytes, replyTo),
                      task.step().limit())
                  .thenCompose(
                      reserved ->
                          floor.<MemoryCommand, Done>ask(
                              floor.ports().memory(),
                              replyTo -> new MemoryCommand.Release(target.get(), owner, replyTo)))
                  .thenCombine(
                      questions.ledgers(),
                      (released, ledgers) ->
                          done(
                              "%d bytes of %s were had and given back; %s"
                                  .formatted(bytes, target.get(), text(ledgers))));
            });
  }
}
