package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.memory.ModelUnloads.Candidate;
import io.mainstay.actors.recovery.action.memory.ModelUnloads.Result;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Every model goes but those that judge pictures: first what nobody holds; where that is not
 * enough, the open sessions save where they are and rest, nobody else begins, and theirs go too.
 * Sessions go on when memory is enough, when a later step lets them, or after {@code
 * rest_at_most_ms}. Thread-safe.
 */
final class EmergencyUnload {
  private static final Predicate<Candidate> EXPENDABLE = model -> !model.safety();

  private final ActionFloor floor;
  private final Questions questions;
  private final MemoryGauge gauge;
  private final MemorySteps steps;
  private final RestActions rests;
  private final ModelUnloads unloads;

  private EmergencyUnload(
      ActionFloor floor, MemoryGauge gauge, MemorySteps steps, RestActions rests) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.gauge = gauge;
    this.steps = steps;
    this.rests = rests;
    this.unloads = new ModelUnloads(floor, gauge);
  }

  static void add(
      RecoveryActions.Builder actions,
      ActionFloor floor,
      MemoryGauge gauge,
      MemorySteps steps,
      RestActions rests) {
    RecoveryAction unload = steps.step(new EmergencyUnload(floor, gauge, steps, rests)::unload);
    actions.add(
        "emergency_model_unloading",
        task -> unload.perform(task).thenCompose(outcome -> orGoOn(floor, task, outcome)));
  }

  /** Nothing comes after a step that is enough: whoever rests for it goes on. */
  private static CompletionStage<RecoveryStepOutcome> orGoOn(
      ActionFloor floor, Task task, RecoveryStepOutcome outcome) {
    return outcome instanceof Done done && done.enough()
        ? RestActions.goOn(floor, task).thenApply(on -> outcome)
        : CompletableFuture.completedStage(outcome);
  }

  private CompletionStage<RecoveryStepOutcome> unload(Task task) {
    return unloads
        .unload(task, EXPENDABLE.and(model -> !model.held()), figures -> false)
        .thenCompose(
            free ->
                gauge
                    .read()
                    .thenCompose(
                        now ->
                            steps.unneeded(task, now).isPresent()
                                ? CompletableFuture.completedStage(new Done(free.text()))
                                : unloadHeld(task, free)));
  }

  private CompletionStage<RecoveryStepOutcome> unloadHeld(Task task, Result free) {
    return rests
        .rest(task)
        .thenCompose(
            rested ->
                rested.outcome() instanceof Done done
                    ? awaitLetGo(task, rested.sessions(), done.evidence())
                    : CompletableFuture.completedStage(rested.outcome()))
        .thenCompose(
            letGo ->
                letGo instanceof Done done
                    ? unloads
                        .unload(task, EXPENDABLE, figures -> false)
                        .thenApply(
                            held ->
                                new Done(
                                    String.join(
                                        "; ", List.of(free.text(), done.evidence(), held.text()))))
                    : CompletableFuture.completedStage(
                        failed((RecoveryStepOutcome.Failed) letGo, free)));
  }

  /** What was unloaded stays so. */
  private static RecoveryStepOutcome failed(RecoveryStepOutcome.Failed rest, Result free) {
    return new RecoveryStepOutcome.Failed(rest.code(), rest.message() + "; " + free.text());
  }

  /**
   * A runner that ended lets go of its models a moment later. Whoever began before nobody could any
   * more was not asked to rest, and is not waited for: the models that it holds stay.
   */
  private CompletionStage<RecoveryStepOutcome> awaitLetGo(
      Task task, Set<String> resting, String rested) {
    AtomicReference<Set<String>> last = new AtomicReference<>(Set.of());
    return floor.await(
        task,
        () ->
            questions
                .residences()
                .thenApply(
                    facts -> {
                      last.set(
                          facts.held().keySet().stream()
                              .filter(
                                  holder ->
                                      Subjects.sessionIn(holder)
                                          .filter(resting::contains)
                                          .isPresent())
                              .collect(Collectors.toCollection(TreeSet::new)));
                      return last.get().isEmpty()
                          ? Optional.of(new Done(rested))
                          : Optional.empty();
                    }),
        () -> "sessions hold models still: " + last.get());
  }
}
