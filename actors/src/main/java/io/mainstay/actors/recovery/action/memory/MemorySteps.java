package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Makes actions steps that measure: each says how much memory was in use before and after it, and
 * is done only as far as it is needed. With the parameter {@code phase} it belongs to a phase of
 * progressive cleanup, which is enough once the memory is under no pressure; with {@code
 * recovery_target} to a recovery that ends when less is in use; with {@code success_criteria} it
 * fails when that is not so. How much was in use when a phase began is of this life of the node:
 * after a restart a phase begins anew. Thread-safe.
 */
final class MemorySteps {
  static final String PHASE = "phase";
  private static final String TARGET = CleanupTarget.PARAMETER;
  private static final String CRITERION = "success_criteria";

  /** Recoveries times phases that are remembered; the oldest are forgotten. */
  private static final int REMEMBERED_MAX = 256;

  private final ActionFloor floor;
  private final MemoryGauge gauge;
  private final PhaseMisses misses;
  private final Map<String, Double> begun =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Double> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  MemorySteps(ActionFloor floor, MemoryGauge gauge) {
    this.floor = floor;
    this.gauge = gauge;
    this.misses = new PhaseMisses(FaultVoice.of(floor.system()));
  }

  /** The action as such a step. */
  RecoveryAction step(RecoveryAction action) {
    return task ->
        gauge
            .read()
            .thenCompose(
                before ->
                    unneeded(task, before)
                        .<CompletionStage<RecoveryStepOutcome>>map(
                            CompletableFuture::completedStage)
                        .orElseGet(
                            () ->
                                action
                                    .perform(task)
                                    .thenCompose(outcome -> measured(task, before, outcome))
                                    .exceptionallyCompose(why -> afterFailure(task, why))));
  }

  /** As its failure, once it is looked what the phase came to. */
  private <T> CompletionStage<T> afterFailure(Task task, Throwable why) {
    return lookForMiss(task).thenCompose(looked -> CompletableFuture.failedStage(why));
  }

  /** Whether the phase is over and missed its target; where nothing can be measured nothing. */
  private CompletionStage<Void> lookForMiss(Task task) {
    if (!task.step().parameters().containsKey(PHASE)) {
      return CompletableFuture.completedStage(null);
    }
    return gauge
        .read()
        .thenAccept(
            after -> {
              CleanupPhase phase = phase(task);
              double share = MemoryScope.of(task).share(after);
              misses.look(task, phase, begun(task, phase, share), share);
            })
        .exceptionally(unread -> null);
  }

  /** What it comes to where there is nothing to do. */
  Optional<RecoveryStepOutcome> unneeded(Task task, MemoryFigures before) {
    double share = MemoryScope.of(task).share(before);
    if (task.step().parameters().containsKey(PHASE)) {
      CleanupPhase phase = phase(task);
      double first = begun(task, phase, share);
      return phase.judge(first, share) == CleanupPhase.Verdict.DUE
          ? Optional.empty()
          : Optional.of(ofPhase(task, phase, first, share, before.text()));
    }
    if (task.step().parameters().containsKey(TARGET) && share < target(task)) {
      return Optional.of(new Done(againstTarget(task, share) + "; " + before.text()));
    }
    return Optional.empty();
  }

  private CompletionStage<RecoveryStepOutcome> measured(
      Task task, MemoryFigures before, RecoveryStepOutcome outcome) {
    if (!(outcome instanceof Done done)) {
      return lookForMiss(task).thenApply(looked -> outcome);
    }
    if (task.step().parameters().containsKey(CRITERION)) {
      return awaitTarget(task, before, done);
    }
    return gauge
        .read()
        .thenApply(
            after -> {
              double share = MemoryScope.of(task).share(after);
              String text = done.evidence() + "; " + after.since(before);
              if (task.step().parameters().containsKey(PHASE)) {
                CleanupPhase phase = phase(task);
                double first = begun(task, phase, share);
                misses.look(task, phase, first, share);
                return ofPhase(task, phase, first, share, text);
              }
              return new Done(
                  task.step().parameters().containsKey(TARGET)
                      ? text + "; " + againstTarget(task, share)
                      : text,
                  done.enough(),
                  "");
            });
  }

  /** Enough only where the phase asks for no more and the memory is under no pressure. */
  private static Done ofPhase(
      Task task, CleanupPhase phase, double first, double share, String text) {
    boolean due = phase.judge(first, share) == CleanupPhase.Verdict.DUE;
    boolean eased = CleanupPhase.isEased(task.plan(), share);
    String pressure =
        eased
            ? ""
            : String.format(
                Locale.ROOT,
                "; under pressure still, from %.0f %%",
                100 * CleanupPhase.pressure(task.plan()));
    return new Done(phase.text(first, share) + pressure + "; " + text, !due && eased, "");
  }

  private CompletionStage<RecoveryStepOutcome> awaitTarget(
      Task task, MemoryFigures before, Done done) {
    return floor.await(
        task,
        () ->
            gauge
                .read()
                .thenApply(
                    after -> {
                      double share = MemoryScope.of(task).share(after);
                      return share < target(task)
                          ? Optional.of(
                              new Done(
                                  done.evidence()
                                      + "; "
                                      + after.since(before)
                                      + "; "
                                      + againstTarget(task, share)))
                          : Optional.empty();
                    }),
        () ->
            task.parameter(CRITERION)
                + " is not so, at "
                + task.parameter(TARGET)
                + ": "
                + done.evidence());
  }

  private static String againstTarget(Task task, double share) {
    return String.format(
        Locale.ROOT,
        "%.1f %% in use, the target is less than %.1f %%",
        100 * share,
        100 * target(task));
  }

  private static double target(Task task) {
    return Double.parseDouble(task.parameter(TARGET));
  }

  private double begun(Task task, CleanupPhase phase, double share) {
    synchronized (begun) {
      return begun.computeIfAbsent(task.recoveryId() + " " + phase.name(), key -> share);
    }
  }

  private static CleanupPhase phase(Task task) {
    return new CleanupPhase(
        task.parameter(PHASE),
        Double.parseDouble(task.parameter(CleanupPhase.THRESHOLD)),
        Double.parseDouble(task.parameter("target_memory_reduction")));
  }
}
