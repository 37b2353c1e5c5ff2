package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModelFileCheck;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.identity.Ulid;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What was damaged is kept apart, what it worked with is read anew, and a clean engine takes its
 * place. A worker whose bytes or memory were damaged is ended by its slot already; one that gave
 * damaged values lives, and is replaced here.
 */
public final class CorruptionActions {
  private final ActionFloor floor;
  private final Workers workers;
  private final ModelFileCheck files;
  private final HeldSessions held;
  private final DoubtedEngines engines;

  private CorruptionActions(ActionFloor floor) {
    this.floor = floor;
    this.workers = new Workers(floor);
    this.files = new ModelFileCheck(floor);
    this.held = new HeldSessions(floor);
    this.engines = new DoubtedEngines(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    CorruptionActions corruption = new CorruptionActions(floor);
    actions
        .add("isolate_corrupted_engine", corruption::isolate)
        .add("release_isolated_session", corruption::release)
        .add("verify_engine_models", corruption::verifyModels)
        .add("start_engine_afresh", corruption::startAfresh);
  }

  /**
   * The session gets no turn, and a device that gave wrong values no work where another one serves,
   * until there is a clean engine, at most for {@code hold-ms}.
   */
  private CompletionStage<RecoveryStepOutcome> isolate(Task task) {
    Optional<String> session = Subjects.session(task.subject()).filter(id -> isInDoubt(task));
    Duration hold = StepTimes.millis(task, "hold-ms");
    return floor
        .await(
            task,
            () ->
                workers
                    .of(task)
                    .thenApply(
                        devices ->
                            devices.stream().anyMatch(device -> device.suspected())
                                ? Optional.empty()
                                : Optional.of(new RecoveryStepOutcome.Done(Workers.text(devices)))),
            () -> "a worker is neither alive nor gone")
        .thenCompose(
            known ->
                session.isPresent() && known instanceof RecoveryStepOutcome.Done done
                    ? holdBack(task, session.get(), hold, done.evidence())
                    : CompletableFuture.completedFuture(known))
        .thenCompose(
            outcome ->
                outcome instanceof RecoveryStepOutcome.Done done
                    ? engines.isolate(task, isInDoubt(task), hold, done.evidence())
                    : CompletableFuture.completedFuture(outcome));
  }

  private CompletionStage<RecoveryStepOutcome> holdBack(
      Task task, String session, Duration hold, String known) {
    return workers
        .of(task)
        .thenCompose(devices -> held.hold(task, session, ids(devices), hold))
        .thenApply(
            outcome ->
                outcome instanceof RecoveryStepOutcome.Done done
                    ? new RecoveryStepOutcome.Done(done.evidence() + "; " + known)
                    : outcome);
  }

  private static List<String> ids(List<DeviceView> devices) {
    return devices.stream().map(DeviceView::id).toList();
  }

  private CompletionStage<RecoveryStepOutcome> release(Task task) {
    return workers
        .all()
        .thenCompose(
            devices -> {
              Optional<String> session = Subjects.session(task.subject());
              session.ifPresent(id -> held.letGo(task, id, ids(devices)));
              return engines.giveBack(
                  task,
                  session
                      .map(id -> "session " + id + " is held back for its isolation no more")
                      .orElse("no session is held"));
            });
  }

  /** Values were wrong, and the worker that gave them lives. */
  private static boolean isInDoubt(Task task) {
    String error = task.plan().error();
    return error.equals(ErrorNames.INFERENCE_MEMORY_CORRUPTION.code())
        || error.equals(ErrorNames.MESSAGE_CORRUPTION.code())
            && !task.subject().startsWith("device/");
  }

  /** Every file of what the engines hold is what it was when it was accepted. */
  private CompletionStage<RecoveryStepOutcome> verifyModels(Task task) {
    return workers
        .of(task)
        .thenCombine(
            new Questions(floor).models(),
            (devices, models) ->
                models.stream()
                    .filter(
                        model ->
                            devices.stream().anyMatch(one -> model.devices().contains(one.id())))
                    .map(ModelView::id)
                    .toList())
        .thenCompose(ids -> files.verify(task, ids, "the engines hold no model"));
  }

  /** One engine after the other, so that the others serve meanwhile. */
  private CompletionStage<RecoveryStepOutcome> startAfresh(Task task) {
    return workers
        .of(task)
        .thenCompose(
            devices ->
                isInDoubt(task)
                    ? replaceEach(
                        task,
                        // Where none is named nobody knows whose values they were: those that are
                        // well are let be.
                        devices.stream().filter(device -> Workers.isNamed(task, device)).toList(),
                        0)
                    : serving(task))
        .thenCompose(done -> release(task).thenApply(released -> done));
  }

  private CompletionStage<RecoveryStepOutcome> replaceEach(
      Task task, List<DeviceView> devices, int at) {
    if (at == devices.size()) {
      return serving(task);
    }
    DeviceView before = devices.get(at);
    if (isFresh(task, before)) {
      return replaceEach(task, devices, at + 1);
    }
    floor
        .ports()
        .device()
        .tell(
            new DeviceCommand.ReplaceWorker(
                before.id(), before.epoch(), task.plan().error(), task.cause()));
    return floor
        .await(
            task,
            () ->
                workers
                    .all()
                    .thenApply(
                        now ->
                            now.stream()
                                .filter(device -> device.id().equals(before.id()))
                                .filter(
                                    device -> device.serves() && device.epoch() > before.epoch())
                                .findFirst()
                                .map(device -> new RecoveryStepOutcome.Done(device.id()))),
            () -> "no other worker serves " + before.id())
        .thenCompose(
            done ->
                done instanceof RecoveryStepOutcome.Failed
                    ? CompletableFuture.completedFuture(done)
                    : replaceEach(task, devices, at + 1));
  }

  /** It began after what went wrong: another recovery of the same cause has replaced it. */
  private static boolean isFresh(Task task, DeviceView device) {
    Instant began = Instant.now().minusMillis(device.uptimeMillis());
    return device.serves()
        && (Workers.isSuccessor(task, device) || began.isAfter(Ulid.instant(task.recoveryId())));
  }

  private CompletionStage<RecoveryStepOutcome> serving(Task task) {
    return floor.await(
        task,
        () ->
            workers
                .of(task)
                .thenApply(
                    devices ->
                        Workers.allServe(devices)
                            ? Optional.of(new RecoveryStepOutcome.Done(Workers.text(devices)))
                            : Optional.empty()),
        () -> "not every device has a worker that serves");
  }
}
