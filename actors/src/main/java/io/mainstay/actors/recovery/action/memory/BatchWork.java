package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.session.WorkClass;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** Sessions of class batch, which a mode puts off: whether they have let go. Thread-safe. */
final class BatchWork {
  private final ActionFloor floor;
  private final Questions questions;

  BatchWork(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** The outcome, if it is done, once nobody works on one any more, with which that were. */
  CompletionStage<RecoveryStepOutcome> awaitRest(Task task, RecoveryStepOutcome entered) {
    if (!(entered instanceof Done done)) {
      return CompletableFuture.completedStage(entered);
    }
    Map<String, WorkClass> classes = new ConcurrentHashMap<>();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    AtomicReference<String> last = new AtomicReference<>("processing did not answer");
    return floor.await(
        task,
        () ->
            questions
                .work()
                .thenCompose(facts -> known(facts, classes).thenApply(known -> facts))
                .thenApply(
                    facts -> {
                      Set<String> batches = new TreeSet<>(facts.runners());
                      batches.removeIf(id -> classes.get(id) != WorkClass.BATCH);
                      seen.addAll(batches);
                      last.set("sessions of class batch are worked on still: " + batches);
                      return batches.isEmpty()
                          ? Optional.of(new Done(done.evidence() + "; " + text(facts, seen)))
                          : Optional.empty();
                    }),
        last::get);
  }

  private static String text(ProcessingCommand.Facts facts, Set<String> rested) {
    return "%d sessions are worked on, none of class batch%s"
        .formatted(
            facts.runners().size(), rested.isEmpty() ? "" : "; put off: " + new TreeSet<>(rested));
  }

  /** Of those that are worked on; a class never changes. */
  private CompletableFuture<Void> known(
      ProcessingCommand.Facts facts, Map<String, WorkClass> classes) {
    return CompletableFuture.allOf(
        facts.runners().stream()
            .filter(id -> !classes.containsKey(id))
            .map(
                id ->
                    questions
                        .session(id, floor.answerWithin())
                        .thenAccept(view -> classes.put(id, view.workClass()))
                        .toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }
}
