package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.LostHeap;
import io.mainstay.actors.recovery.action.relief.RecoveryModes;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A part that loses memory is kept apart while it is cleaned: its device gets no work as long as
 * another one serves, what nobody uses is let go, and what is held for nobody is given back.
 */
final class LeakActions {

  private final ActionFloor floor;
  private final MemoryGauge gauge;
  private final ModelUnloads unloads;
  private final RecoveryModes modes;
  private final LostHeap heap;

  private LeakActions(ActionFloor floor, MemoryGauge gauge) {
    this.floor = floor;
    this.gauge = gauge;
    this.unloads = new ModelUnloads(floor, gauge);
    this.modes = new RecoveryModes(floor);
    this.heap = new LostHeap(floor);
  }

  static void add(
      RecoveryActions.Builder actions,
      ActionFloor floor,
      MemoryGauge gauge,
      MemorySteps steps,
      RecoveryAction restart) {
    LeakActions leak = new LeakActions(floor, gauge);
    actions
        .add("isolate_leaking_component", leak::isolate)
        .add("return_leaking_component", leak::giveBack)
        .add("force_resource_cleanup", steps.step(leak::clean))
        .add(
            "restart_affected_subsystem",
            steps.step(
                task ->
                    restart.perform(task).thenCompose(outcome -> leak.returned(task, outcome))));
  }

  private CompletionStage<RecoveryStepOutcome> isolate(Task task) {
    return gauge
        .read()
        .thenCompose(
            figures -> {
              Optional<String> device = device(task, figures);
              boolean others =
                  figures.devices().stream()
                      .anyMatch(other -> other.serves() && !other.id().equals(device.orElse("")));
              if (device.isEmpty() || !others) {
                return CompletableFuture.completedStage(
                    new RecoveryStepOutcome.Done(
                        (device.isEmpty()
                                ? "no single device is named; "
                                : device.get() + " is the only one that serves; ")
                            + figures.text()));
              }
              return modes.enterMeanwhile(
                  task,
                  isolation(device.get()),
                  ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION,
                  task.plan().error() + " is being recovered from");
            });
  }

  private CompletionStage<RecoveryStepOutcome> giveBack(Task task) {
    return gauge
        .read()
        .thenCompose(
            figures ->
                device(task, figures)
                    .map(id -> modes.leave(task, isolation(id)))
                    .orElseGet(
                        () ->
                            CompletableFuture.completedStage(
                                new RecoveryStepOutcome.Done("no device was isolated"))));
  }

  /** One that works again gets work again. */
  private CompletionStage<RecoveryStepOutcome> returned(Task task, RecoveryStepOutcome outcome) {
    return outcome instanceof RecoveryStepOutcome.Done
        ? giveBack(task).thenApply(left -> outcome)
        : CompletableFuture.completedStage(outcome);
  }

  private static Optional<String> device(Task task, MemoryFigures figures) {
    return Optional.of(MemoryScope.of(task).device(figures)).filter(id -> !id.isEmpty());
  }

  private static ModeKey isolation(String deviceId) {
    return ModeKey.of(DegradationMode.DEVICE_ISOLATION, deviceId);
  }

  /** Caches, models that nobody uses there, garbage, and heap of sessions that are over. */
  private CompletionStage<RecoveryStepOutcome> clean(Task task) {
    return unloads
        .unload(task, model -> !model.held(), figures -> false)
        .thenCompose(
            unloaded ->
                floor
                    .<ModelCommand, ModelCommand.Trimmed>ask(
                        floor.ports().model(),
                        replyTo -> new ModelCommand.TrimCache(0, false, replyTo))
                    .thenCompose(trimmed -> heap.giveBack(task))
                    .thenCompose(
                        freed ->
                            freed instanceof RecoveryStepOutcome.Done done
                                ? collected(task, unloaded.text() + "; " + done.evidence())
                                : CompletableFuture.completedStage(freed)));
  }

  private CompletionStage<RecoveryStepOutcome> collected(Task task, String text) {
    return floor
        .blocking(
            () -> {
              System.gc();
              return text;
            })
        .thenCompose(done -> awaitClean(task, done));
  }

  /** Nothing is held for nobody any more. */
  private CompletionStage<RecoveryStepOutcome> awaitClean(Task task, String done) {
    return floor.await(
        task,
        () ->
            floor
                .ask(floor.ports().consistency(), ConsistencyMonitor.CheckNow::new)
                .thenApply(
                    view ->
                        view.repairing() || open(view) > 0
                            ? Optional.empty()
                            : Optional.of(new RecoveryStepOutcome.Done(done))),
        () -> "divergences are left");
  }

  private static int open(ConsistencyView view) {
    return view.consistencyChecks().stream().mapToInt(ConsistencyView.Check::divergences).sum();
  }
}
