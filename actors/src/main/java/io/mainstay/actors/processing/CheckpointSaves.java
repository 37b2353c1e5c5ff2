package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Has runners write where their sessions are, and knows which did in time. Asked by the {@code
 * ProcessingSupervisor} alone; what it answers may be used anywhere.
 */
final class CheckpointSaves {
  private final ActorSystem<?> system;
  private final Map<String, ActorRef<RunnerMessage>> runners;
  private final Duration longest;

  /**
   * @param runners the supervisor's, by session
   * @param longest that one session may take
   */
  CheckpointSaves(
      ActorSystem<?> system, Map<String, ActorRef<RunnerMessage>> runners, Duration longest) {
    this.system = system;
    this.runners = runners;
    this.longest = longest;
  }

  /** Completes in any case, at once if nobody works on it: whether all it has is written. */
  CompletionStage<Boolean> of(String sessionId) {
    ActorRef<RunnerMessage> runner = runners.get(sessionId);
    if (runner == null) {
      return CompletableFuture.completedStage(true);
    }
    return AskPattern.<RunnerMessage, RunnerMessage.Saved>ask(
            runner, RunnerMessage.Pause::new, longest, system.scheduler())
        .thenApply(RunnerMessage.Saved::written)
        .exceptionally(late -> false);
  }

  /** Completes in any case: of those that somebody works on, whose is written. */
  CompletionStage<ProcessingCommand.Saved> of(Collection<String> sessions) {
    TreeSet<String> written = new TreeSet<>();
    List<CompletableFuture<?>> all = new ArrayList<>();
    TreeSet<String> working = new TreeSet<>(sessions);
    working.retainAll(runners.keySet());
    for (String session : working) {
      all.add(
          of(session)
              .thenAccept(
                  whole -> {
                    synchronized (written) {
                      if (whole) {
                        written.add(session);
                      }
                    }
                  })
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(
            over -> {
              synchronized (written) {
                working.removeAll(written);
                return new ProcessingCommand.Saved(written, working);
              }
            });
  }
}
