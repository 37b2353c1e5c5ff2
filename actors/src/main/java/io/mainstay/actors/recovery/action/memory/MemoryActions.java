package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.action.memory.ModelUnloads.Candidate;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Memory is measured and freed: caches, models that nobody uses, garbage. */
public final class MemoryActions {
  private final ActionFloor floor;
  private final MemoryGauge gauge;
  private final ModelUnloads unloads;

  private MemoryActions(ActionFloor floor, MemoryGauge gauge) {
    this.floor = floor;
    this.gauge = gauge;
    this.unloads = new ModelUnloads(floor, gauge);
  }

  /** Adds them. */
  static void add(
      RecoveryActions.Builder actions, ActionFloor floor, MemoryGauge gauge, MemorySteps steps) {
    MemoryActions memory = new MemoryActions(floor, gauge);
    actions
        .add("detect_memory_pressure", memory::detect)
        .add("clear_unused_caches", steps.step(task -> memory.trim(0, false)))
        .add(
            "reduce_cache_sizes",
            steps.step(task -> memory.trim(1 - share(task, "reduction_share"), true)))
        .add("force_garbage_collection", steps.step(task -> memory.collect()))
        .add("unload_idle_models", steps.step(memory::unloadIdle))
        .add("prioritized_model_unloading", steps.step(memory::unloadUntilTarget))
        .add("unload_all_non_active_models", steps.step(task -> memory.unloadUnheld(task)));
  }

  private static double share(Task task, String name) {
    return Double.parseDouble(task.parameter(name));
  }

  /** How much is in use, and whether that is pressure. */
  private CompletionStage<RecoveryStepOutcome> detect(Task task) {
    double threshold = share(task, "pressure_threshold");
    return gauge
        .read()
        .thenApply(
            figures -> {
              double share = MemoryScope.of(task).share(figures);
              return new Done(
                  String.format(
                      Locale.ROOT,
                      "%.1f %% in use, %s %.0f %%: %s",
                      100 * share,
                      share >= threshold ? "at or above" : "below",
                      100 * threshold,
                      figures.text()));
            });
  }

  /** Files that are kept read ahead, for models that nobody holds, or for all. */
  private CompletionStage<RecoveryStepOutcome> trim(double keep, boolean heldToo) {
    return floor
        .<ModelCommand, ModelCommand.Trimmed>ask(
            floor.ports().model(), replyTo -> new ModelCommand.TrimCache(keep, heldToo, replyTo))
        .thenApply(
            trimmed ->
                new Done(
                    "files read ahead: %d -> %d bytes, let go of %s"
                        .formatted(trimmed.bytesBefore(), trimmed.bytesAfter(), trimmed.models())));
  }

  /** A full collection, which also compacts. */
  private CompletionStage<RecoveryStepOutcome> collect() {
    return floor.blocking(
        () -> {
          long before = heapUsed();
          System.gc();
          return new Done("garbage collected: heap %d -> %d bytes".formatted(before, heapUsed()));
        });
  }

  private static long heapUsed() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private CompletionStage<RecoveryStepOutcome> unloadIdle(Task task) {
    Duration idle = StepTimes.seconds(task, "idle_threshold_seconds");
    Instant now = Instant.now();
    return unload(task, model -> model.isIdle(idle, now), figures -> false);
  }

  private CompletionStage<RecoveryStepOutcome> unloadUntilTarget(Task task) {
    double target = share(task, "recovery_target");
    return unload(
        task, model -> !model.held(), figures -> MemoryScope.of(task).share(figures) < target);
  }

  private CompletionStage<RecoveryStepOutcome> unloadUnheld(Task task) {
    return unload(task, model -> !model.held(), figures -> false);
  }

  private CompletionStage<RecoveryStepOutcome> unload(
      Task task, Predicate<Candidate> which, Predicate<MemoryFigures> enough) {
    return unloads.unload(task, which, enough).thenApply(result -> new Done(result.text()));
  }
}
