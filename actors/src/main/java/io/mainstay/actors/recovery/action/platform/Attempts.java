package io.mainstay.actors.recovery.action.platform;

import akka.actor.typed.ActorSystem;
import akka.pattern.Patterns;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Tries something until it works, with growing pauses, within a step's limit. Thread-safe. */
final class Attempts {
  /** Code of a step whose attempts all failed. */
  static final String FAILED = "reconnection_failed";

  private final ActorSystem<?> system;

  Attempts(ActorSystem<?> system) {
    this.system = system;
  }

  /**
   * Tries.
   *
   * @param what that is tried, for people
   * @param attempt completes with evidence, or fails with why not
   */
  CompletionStage<RecoveryStepOutcome> until(
      Task task, String what, Supplier<CompletionStage<String>> attempt) {
    long end = System.nanoTime() + task.step().limit().toNanos();
    return attempt(Backoff.of(task), what, attempt, 1, end);
  }

  private CompletionStage<RecoveryStepOutcome> attempt(
      Backoff pauses,
      String what,
      Supplier<CompletionStage<String>> attempt,
      int number,
      long end) {
    return begin(attempt)
        .<RecoveryStepOutcome>thenApply(
            evidence ->
                new RecoveryStepOutcome.Done(
                    number == 1 ? evidence : evidence + " (attempt " + number + ")"))
        .exceptionallyCompose(
            failure -> {
              Duration pause = pauses.after(number);
              return System.nanoTime() + pause.toNanos() - end >= 0
                  ? CompletableFuture.completedFuture(
                      new RecoveryStepOutcome.Failed(
                          FAILED,
                          "%s: not in %d attempts, last: %s"
                              .formatted(what, number, FailureCause.message(failure))))
                  : Patterns.after(
                      pause, system, () -> attempt(pauses, what, attempt, number + 1, end));
            });
  }

  private static CompletionStage<String> begin(Supplier<CompletionStage<String>> attempt) {
    try {
      return attempt.get();
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }
}
