package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.action.device.FailedDevices;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Where work goes when its engine does not come back: to a CPU that serves, or to a model that
 * stands in for its own. There is no variant of lower precision beside what a manifest names as a
 * substitute.
 */
public final class AlternativePaths {
  private final ActionFloor floor;
  private final FailedDevices failed;
  private final Workers workers;

  private AlternativePaths(ActionFloor floor, FailedDevices failed) {
    this.floor = floor;
    this.failed = failed;
    this.workers = new Workers(floor);
  }

  /**
   * Adds them.
   *
   * @param failed what was on devices that failed
   */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor, FailedDevices failed) {
    AlternativePaths paths = new AlternativePaths(floor, failed);
    actions
        .add("cpu_fallback_inference", paths::onCpu)
        .add("simplified_model_inference", paths::simplified);
  }

  /**
   * The devices of the node, as the task sees them.
   *
   * @param lost named by the subject and not serving, or all that do not serve
   * @param others that serve
   */
  private record Split(List<DeviceView> lost, List<DeviceView> others) {
    static Split of(Task task, List<DeviceView> all) {
      List<DeviceView> lost =
          all.stream().filter(device -> !device.serves() || Workers.isNamed(task, device)).toList();
      return new Split(
          lost, all.stream().filter(device -> device.serves() && !lost.contains(device)).toList());
    }

    Set<String> lostIds() {
      return lost.stream().map(DeviceView::id).collect(Collectors.toSet());
    }
  }

  /** The models of the engine are on a CPU device that serves; enough if there is one to move. */
  private CompletionStage<RecoveryStepOutcome> onCpu(Task task) {
    return workers
        .all()
        .thenCombine(
            floor.ask(floor.ports().model(), ModelCommand.ListModels::new),
            (all, models) -> onCpu(task, Split.of(task, all), models))
        .thenCompose(done -> done);
  }

  private CompletionStage<RecoveryStepOutcome> onCpu(
      Task task, Split split, ModelCommand.ModelList models) {
    List<DeviceView> cpus = split.others().stream().filter(DeviceView::onCpu).toList();
    if (cpus.isEmpty()) {
      return failed("no_cpu_device", "No CPU device but those that failed serves");
    }
    if (split.lost().isEmpty()) {
      return failed(
          "no_device_lost",
          "No device is named or lost, so no work is to go to " + cpus.get(0).id());
    }
    DeviceView cpu = cpus.get(0);
    Set<String> wanted = modelsOf(task, split, models);
    if (wanted.isEmpty()) {
      return failed(
          "nothing_to_move",
          "Nobody knows of a model that was on " + split.lostIds() + " and could be had elsewhere");
    }
    return loadAll(task, wanted, cpu).thenCompose(loaded -> has(task, cpu.id(), wanted));
  }

  /** The device says of itself that it serves with them. */
  private CompletionStage<RecoveryStepOutcome> has(Task task, String cpu, Set<String> wanted) {
    AtomicReference<String> last = new AtomicReference<>("the devices did not answer");
    return floor.await(
        task,
        () ->
            workers
                .all()
                .thenApply(
                    all -> {
                      last.set(Workers.text(all));
                      return all.stream()
                          .filter(device -> device.id().equals(cpu) && device.serves())
                          .filter(device -> device.models().containsAll(wanted))
                          .findFirst()
                          .map(
                              device ->
                                  enough(
                                      "%s serves on the CPU, epoch %d, and has %s"
                                          .formatted(cpu, device.epoch(), wanted)));
                    }),
        () -> cpu + " does not serve with " + wanted + ": " + last.get());
  }

  /** What the engine had, or was to have, or the fault names. */
  private Set<String> modelsOf(Task task, Split split, ModelCommand.ModelList models) {
    Set<String> wanted = new TreeSet<>();
    Subjects.model(task.subject(), models.models().stream().map(ModelView::id).toList())
        .ifPresent(wanted::add);
    split.lost().forEach(device -> wanted.addAll(device.models()));
    split.lostIds().forEach(id -> wanted.addAll(failed.of(id)));
    models.models().stream()
        .filter(model -> model.devices().stream().anyMatch(split.lostIds()::contains))
        .forEach(model -> wanted.add(model.id()));
    wanted.remove("builtin");
    return wanted;
  }

  private CompletionStage<List<String>> loadAll(Task task, Set<String> models, DeviceView onto) {
    CompletionStage<List<String>> loaded = CompletableFuture.completedFuture(new ArrayList<>());
    for (String model : models) {
      loaded =
          loaded.thenCompose(
              so ->
                  load(task, model, onto)
                      .thenApply(
                          done -> {
                            so.add(done.id());
                            return so;
                          }));
    }
    return loaded;
  }

  private CompletionStage<ModelDescriptor> load(Task task, String model, DeviceView onto) {
    return floor.askStatus(
        floor.ports().model(),
        replyTo -> new ModelCommand.EnsureLoaded(model, onto.id(), replyTo),
        task.step().limit());
  }

  /** A substitute of one of its models is loaded where a device serves. */
  private CompletionStage<RecoveryStepOutcome> simplified(Task task) {
    return workers
        .all()
        .thenCombine(
            floor.ask(floor.ports().model(), ModelCommand.ListModels::new),
            (all, models) -> {
              Split split = Split.of(task, all);
              return split.others().isEmpty()
                  ? failed("no_device", "No device but those that failed serves")
                  : substitute(
                      task, List.copyOf(modelsOf(task, split, models)), 0, split.others().get(0));
            })
        .thenCompose(done -> done);
  }

  private CompletionStage<RecoveryStepOutcome> substitute(
      Task task, List<String> models, int at, DeviceView onto) {
    if (at == models.size()) {
      return failed("no_simpler_model", "Nothing that can be loaded stands in for " + models);
    }
    String model = models.get(at);
    return floor
        .<ModelCommand, Alternatives>askStatus(
            floor.ports().model(),
            replyTo -> new ModelCommand.FindAlternatives(model, replyTo),
            floor.answerWithin())
        .thenCompose(
            found ->
                found
                    .next(Set.of(model, "builtin"))
                    .map(
                        next ->
                            load(task, next.modelId(), onto)
                                .<RecoveryStepOutcome>thenApply(
                                    loaded ->
                                        enough(
                                            "%s stands in for %s on %s: %s"
                                                .formatted(
                                                    loaded.id(), model, onto.id(), next.reason()))))
                    .orElseGet(() -> substitute(task, models, at + 1, onto)))
        .exceptionallyCompose(refused -> substitute(task, models, at + 1, onto));
  }

  private static RecoveryStepOutcome enough(String evidence) {
    return new RecoveryStepOutcome.Done(evidence, true, "");
  }

  private static CompletionStage<RecoveryStepOutcome> failed(String code, String message) {
    return CompletableFuture.completedFuture(new RecoveryStepOutcome.Failed(code, message));
  }
}
