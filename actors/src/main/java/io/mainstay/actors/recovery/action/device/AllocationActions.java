package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.device.DeviceFloor.done;
import static io.mainstay.actors.recovery.action.device.DeviceFloor.now;

import akka.Done;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * A device had no room: what could not be loaded there goes to the device that has the most, which
 * may be the same one after idle models have left it.
 */
public final class AllocationActions {
  private final ActionFloor floor;
  private final DeviceFloor devices;

  private AllocationActions(ActionFloor floor) {
    this.floor = floor;
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
    return ledgers().thenApply(ledgers -> done(text(ledgers)));
  }

  private CompletionStage<List<LedgerView>> ledgers() {
    return floor
        .ask(floor.ports().memory(), MemoryCommand.ListLedgers::new)
        .thenApply(MemoryCommand.LedgerList::ledgers);
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
    return floor
        .ask(floor.ports().model(), ModelCommand.ListModels::new)
        .thenCompose(list -> homeless(list.models()))
        .thenCompose(
            homeless ->
                homeless.isEmpty()
                    ? now(done("no model waits for room: each is loaded somewhere or not wanted"))
                    : place(task, homeless));
  }

  private CompletionStage<List<String>> homeless(List<ModelView> models) {
    CompletionStage<List<String>> all = CompletableFuture.completedStage(List.<String>of());
    for (ModelView model : models) {
      if (model.devices().isEmpty() && model.problem().isEmpty()) {
        all =
            all.thenCompose(
                before ->
                    detail(model.id())
                        .thenApply(
                            detail -> {
                              List<String> more = new ArrayList<>(before);
                              if (wasRefused(detail)) {
                                more.add(model.id());
                              }
                              return more;
                            }));
      }
    }
    return all;
  }

  private CompletionStage<ModelDetail> detail(String modelId) {
    return floor.askStatus(
        floor.ports().model(),
        replyTo -> new ModelCommand.Show(modelId, replyTo),
        floor.answerWithin());
  }

  private static boolean wasRefused(ModelDetail detail) {
    return detail.residences().stream().anyMatch(spot -> spot.state().equals("failed"));
  }

  private CompletionStage<RecoveryStepOutcome> place(Task task, List<String> models) {
    return devices
        .all()
        .thenCombine(ledgers(), AllocationActions::roomiest)
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
        .thenCombine(ledgers(), AllocationActions::roomiest)
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
                      ledgers(),
                      (released, ledgers) ->
                          done(
                              "%d bytes of %s were had and given back; %s"
                                  .formatted(bytes, target.get(), text(ledgers))));
            });
  }
}
