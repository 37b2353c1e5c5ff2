package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Loads that stand still: they are told from slow ones by their progress over a while, what they
 * hold is given back, and they begin anew in a clean worker. A worker that hangs is ended by its
 * slot; these wait for that and go on from there.
 */
public final class LoadDeadlockActions {

  private final ActionFloor floor;
  private final ModelQuestions models;
  private final StandingLoads standing;

  private LoadDeadlockActions(ActionFloor floor) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.standing = new StandingLoads(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    LoadDeadlockActions loads = new LoadDeadlockActions(floor);
    actions
        .add("detect_loading_deadlock", loads::detect)
        .add("release_deadlocked_resources", loads::release)
        .add("restart_model_loading", loads::restart)
        .add("await_load_progress", loads::awaitProgress)
        .add("replace_stuck_workers", loads::replace)
        .add("release_unused_cache_memory", loads::releaseCache)
        .add("check_postprocessing_models", loads::verifyPostprocessing);
  }

  /** Looks until no load is under way, or one has made no progress for {@code still_ms}. */
  private CompletionStage<RecoveryStepOutcome> detect(Task task) {
    StandingLoads.Windows windows = StandingLoads.Windows.of(task);
    return floor
        .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
        .thenCombine(
            standing.find(windows),
            (listed, stuck) ->
                done(
                    (stuck.isEmpty()
                            ? "no load stands still any more"
                            : "stands still for " + windows.text() + ": " + stuck)
                        + "; "
                        + Subjects.devices(task.subject(), listed.devices()).stream()
                            .map(LoadDeadlockActions::text)
                            .collect(Collectors.joining("; "))));
  }

  private static String text(DeviceView device) {
    return "%s %s, worker %d (epoch %d)%s"
        .formatted(
            device.id(),
            device.state(),
            device.pid(),
            device.epoch(),
            device.lastDeath().isEmpty() ? "" : ", last death: " + device.lastDeath());
  }

  /**
   * The ledgers take what the workers really have; what nobody has any more is given back. Asked
   * for until node and workers agree; failed if one does not say, or differs still.
   */
  private CompletionStage<RecoveryStepOutcome> release(Task task) {
    AtomicReference<String> last = new AtomicReference<>("the workers did not answer");
    AtomicInteger put = new AtomicInteger();
    return reserved()
        .thenCompose(
            before ->
                floor.await(
                    task,
                    () ->
                        models
                            .serving(task)
                            .thenCompose(
                                devices ->
                                    AtATime.each(devices, 1, one -> reconciled(task, one, put)))
                            .thenCombine(
                                reserved(),
                                (all, after) -> released(before, after, all, put, last)),
                    last::get));
  }

  private static Optional<RecoveryStepOutcome> released(
      Map<String, Long> before,
      Map<String, Long> after,
      List<Account> all,
      AtomicInteger put,
      AtomicReference<String> last) {
    last.set(
        all.isEmpty()
            ? "no worker serves that could say what it has"
            : all.stream().map(Account::text).collect(Collectors.joining("; ")));
    return all.isEmpty() || !all.stream().allMatch(Account::agrees)
        ? Optional.empty()
        : Optional.of(
            done(
                "reserved before %s, after %s; %d differences put right; %s"
                    .formatted(before, after, put.get(), last.get())));
  }

  private CompletionStage<Map<String, Long>> reserved() {
    return floor
        .ask(floor.ports().memory(), MemoryCommand.ListLedgers::new)
        .thenApply(
            ledgers -> {
              Map<String, Long> bytes = new TreeMap<>();
              ledgers.ledgers().forEach(one -> bytes.put(one.deviceId(), one.reservedBytes()));
              return bytes;
            });
  }

  /**
   * What a device's reconciliation came to.
   *
   * @param left differences that are not put right, one sentence each
   * @param refused why there was none, or empty
   */
  private record Account(String device, List<String> left, String refused) {
    boolean agrees() {
      return left.isEmpty() && refused.isEmpty();
    }

    String text() {
      return device
          + (refused.isEmpty()
              ? (left.isEmpty() ? " agrees" : " differs: " + left)
              : ": " + refused);
    }
  }

  private CompletionStage<Account> reconciled(Task task, String device, AtomicInteger put) {
    return models
        .<Reconciled>model(
            replyTo -> new ModelCommand.Reconcile(device, replyTo), task.step().limit())
        .handle(
            (found, failure) -> {
              if (failure != null) {
                return new Account(device, List.of(), FailureCause.of(failure).getMessage());
              }
              put.addAndGet(found.differences().size());
              return new Account(device, found.remaining(), "");
            });
  }

  /** Models that were to be where the fault was are there, loaded by a worker that serves. */
  private CompletionStage<RecoveryStepOutcome> restart(Task task) {
    return floor
        .ask(floor.ports().model(), ModelCommand.GetFacts::new)
        .thenCombine(models.named(task), (facts, named) -> wanted(task, facts, named))
        .thenCompose(
            wanted ->
                AtATime.each(wanted, 1, one -> loaded(task, one))
                    .thenApply(
                        said ->
                            said.isEmpty()
                                ? done("no load was under way there")
                                : done(String.join("; ", said))))
        .exceptionally(
            failure ->
                new RecoveryStepOutcome.Failed(
                    "model_not_loaded", FailureCause.of(failure).getMessage()));
  }

  private static List<ModelFacts.Residence> wanted(
      Task task, ModelFacts facts, Optional<ModelView> named) {
    List<String> parts = List.of(task.subject().split("/"));
    List<ModelFacts.Residence> wanted = new ArrayList<>();
    for (ModelFacts.Residence one : facts.residences()) {
      boolean model = named.filter(view -> view.id().equals(one.modelId())).isPresent();
      boolean device = named.isEmpty() && parts.contains(one.deviceId());
      if (model || device) {
        wanted.add(one);
      }
    }
    return wanted;
  }

  private CompletionStage<String> loaded(Task task, ModelFacts.Residence one) {
    return awaitServing(task, one.deviceId())
        .thenCompose(serving -> models.forget(one.modelId()))
        .thenCompose(forgotten -> models.load(one.modelId(), one.deviceId(), task.step().limit()))
        .thenApply(
            loaded ->
                "%s is on %s (it was %s)".formatted(one.modelId(), one.deviceId(), one.state()));
  }

  private CompletionStage<RecoveryStepOutcome> awaitServing(Task task, String device) {
    return floor
        .await(
            task,
            () ->
                floor
                    .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
                    .thenApply(
                        listed ->
                            listed.devices().stream()
                                .filter(one -> one.id().equals(device))
                                .filter(one -> one.serves())
                                .findFirst()
                                .map(one -> done(text(one)))),
            () -> device + " has no worker that serves")
        .thenApply(
            outcome -> {
              if (outcome instanceof RecoveryStepOutcome.Failed failed) {
                throw new IllegalStateException(failed.message());
              }
              return outcome;
            });
  }

  /** Each further step of this gives loads more time: a slow disk is no deadlock. */
  private CompletionStage<RecoveryStepOutcome> awaitProgress(Task task) {
    return floor.await(
        task,
        () ->
            standing
                .loading()
                .thenApply(
                    now ->
                        now.isEmpty()
                            ? Optional.of(
                                new RecoveryStepOutcome.Done("no load is under way", true, ""))
                            : Optional.empty()),
        () -> "loads are not over");
  }

  private CompletionStage<RecoveryStepOutcome> replace(Task task) {
    return standing
        .find(StandingLoads.Windows.of(task))
        .thenCombine(
            floor.ask(floor.ports().device(), DeviceCommand.ListDevices::new),
            (stuck, listed) -> {
              List<DeviceView> replaced =
                  Subjects.devices(task.subject(), listed.devices()).stream()
                      .filter(one -> one.serves())
                      .filter(
                          one ->
                              stuck.keySet().stream()
                                  .anyMatch(load -> load.endsWith(" on " + one.id())))
                      .toList();
              replaced.forEach(
                  one ->
                      floor
                          .ports()
                          .device()
                          .tell(
                              new DeviceCommand.ReplaceWorker(
                                  one.id(), one.epoch(), task.plan().error(), task.cause())));
              return replaced;
            })
        .thenCompose(
            replaced ->
                floor.await(
                    task,
                    () ->
                        floor
                            .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
                            .thenApply(listed -> succeeded(replaced, listed.devices())),
                    () -> "no worker serves in the place of one that was ended"));
  }

  private static Optional<RecoveryStepOutcome> succeeded(
      List<DeviceView> replaced, List<DeviceView> now) {
    boolean all =
        replaced.stream()
            .allMatch(
                before ->
                    now.stream()
                        .anyMatch(
                            one ->
                                one.id().equals(before.id())
                                    && one.epoch() > before.epoch()
                                    && one.serves()));
    return all
        ? Optional.of(
            done(
                replaced.isEmpty()
                    ? "no worker that serves has a load that stands still"
                    : "replaced: "
                        + replaced.stream().map(DeviceView::id).collect(Collectors.joining(", "))))
        : Optional.empty();
  }

  private CompletionStage<RecoveryStepOutcome> releaseCache(Task task) {
    return floor
        .ask(floor.ports().model(), CacheCommand.Arrange::new)
        .thenCombine(
            reserved(),
            (arranged, reserved) ->
                done(
                    "%d bytes that were read ahead for nobody let go; reserved on devices: %s"
                        .formatted(arranged.releasedBytes(), reserved)));
  }

  /** Those that judge and enlarge pictures are sound, or something is there in their place. */
  private CompletionStage<RecoveryStepOutcome> verifyPostprocessing(Task task) {
    return new Questions(floor)
        .models()
        .thenCompose(
            views ->
                AtATime.each(
                    views.stream()
                        .filter(
                            view -> view.kind().equals("safety") || view.kind().equals("upscaling"))
                        .toList(),
                    1,
                    view -> models.show(view.id())))
        .thenApply(
            details -> {
              List<String> bare =
                  details.stream()
                      .filter(one -> one.model().state().equals("broken"))
                      .filter(one -> one.alternatives().candidates().isEmpty())
                      .map(one -> one.model().id())
                      .toList();
              return bare.isEmpty()
                  ? done(
                      details.stream()
                          .map(one -> one.model().id() + " " + one.model().state())
                          .collect(Collectors.joining("; ", "models of postprocessing: ", "")))
                  : new RecoveryStepOutcome.Failed(
                      "postprocessing_model_unusable",
                      "nothing stands in for " + String.join(", ", bare));
            });
  }

  private static RecoveryStepOutcome done(String evidence) {
    return new RecoveryStepOutcome.Done(evidence);
  }
}
