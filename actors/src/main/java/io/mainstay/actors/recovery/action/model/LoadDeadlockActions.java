package io.mainstay.actors.recovery.action.model;

import akka.pattern.Patterns;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Loads that stand still: they are told from slow ones by their progress over a while, what they
 * hold is given back, and they begin anew in a clean worker. A worker that hangs is ended by its
 * slot; these wait for that and go on from there.
 */
public final class LoadDeadlockActions {

  private final ActionFloor floor;
  private final ModelQuestions models;

  private LoadDeadlockActions(ActionFloor floor) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
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

  /** How far each load is now, by model and device. */
  private CompletionStage<Map<String, String>> loading() {
    return models
        .views()
        .thenCombine(
            floor.ask(floor.ports().model(), ModelCommand.GetFacts::new),
            (views, facts) -> {
              Map<String, String> found = new TreeMap<>();
              for (ModelFacts.Residence one : facts.residences()) {
                if (one.state().equals("loading") || one.state().equals("recovering")) {
                  found.put(
                      one.modelId() + " on " + one.deviceId(), one.state() + progress(views, one));
                }
              }
              return found;
            });
  }

  private static String progress(List<ModelView> views, ModelFacts.Residence one) {
    return views.stream()
        .filter(view -> view.id().equals(one.modelId()))
        .flatMap(view -> view.progress().stream())
        .filter(text -> text.startsWith(one.deviceId() + ":"))
        .map(text -> ", " + text)
        .findFirst()
        .orElse("");
  }

  /** Looks until no load is under way, or one has made no progress for {@code still_ms}. */
  private CompletionStage<RecoveryStepOutcome> detect(Task task) {
    Duration still = Duration.ofMillis(Long.parseLong(task.parameter("still_ms")));
    return floor
        .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
        .thenCombine(
            still(still),
            (listed, stuck) ->
                done(
                    (stuck.isEmpty()
                            ? "no load stands still any more"
                            : "stands still for " + still.toMillis() + " ms: " + stuck)
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

  /** Loads whose progress is the same at the beginning and the end of that time. */
  private CompletionStage<Map<String, String>> still(Duration window) {
    return loading()
        .thenCompose(
            before ->
                before.isEmpty()
                    ? CompletableFuture.completedFuture(before)
                    : Patterns.after(window, floor.system(), this::loading)
                        .thenApply(
                            after -> {
                              Map<String, String> same = new TreeMap<>(before);
                              same.entrySet().retainAll(after.entrySet());
                              // One that says nothing of its progress may make some.
                              same.values().removeIf(state -> !state.contains(", "));
                              return same;
                            }));
  }

  /** The ledgers take what the workers really have; what nobody has any more is given back. */
  private CompletionStage<RecoveryStepOutcome> release(Task task) {
    return reserved()
        .thenCompose(
            before ->
                models
                    .serving(task)
                    .thenCompose(devices -> AtATime.each(devices, 1, one -> reconciled(task, one)))
                    .thenCombine(
                        reserved(),
                        (said, after) ->
                            done(
                                "reserved before %s, after %s; %s"
                                    .formatted(
                                        before,
                                        after,
                                        said.isEmpty()
                                            ? "no worker serves that could say what it has"
                                            : String.join("; ", said)))));
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

  private CompletionStage<String> reconciled(Task task, String device) {
    return models
        .<Reconciled>model(
            replyTo -> new ModelCommand.Reconcile(device, replyTo), task.step().limit())
        .<String>handle(
            (found, failure) ->
                failure == null
                    ? "%s: %d differences put right, %d left"
                        .formatted(device, found.differences().size(), found.remaining().size())
                    : device + ": " + ModelRefusals.of(failure).getMessage());
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
                    "model_not_loaded", ModelRefusals.of(failure).getMessage()));
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
            loading()
                .thenApply(
                    now ->
                        now.isEmpty()
                            ? Optional.of(
                                new RecoveryStepOutcome.Done("no load is under way", true, ""))
                            : Optional.empty()),
        () -> "loads are not over");
  }

  private CompletionStage<RecoveryStepOutcome> replace(Task task) {
    Duration still = Duration.ofMillis(Long.parseLong(task.parameter("still_ms")));
    return still(still)
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
                                  one.id(), one.epoch(), task.plan().error())));
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
    return models
        .views()
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
