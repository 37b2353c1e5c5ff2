package io.mainstay.actors.processing;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Sessions that recovery has rest, each for a bounded time. Confined to the {@code
 * ProcessingSupervisor}. Not durable: after a restart of the node nobody rests.
 */
final class SessionHolds {
  /** What it tells itself through the supervisor. */
  sealed interface Notice extends ProcessingSupervisor.Own {}

  /** Checkpoints are written, as far as there was time. */
  private record Written(
      Map<String, ActorRef<RunnerMessage>> runners,
      boolean goOn,
      ActorRef<HoldCommand.Resting> replyTo)
      implements Notice {}

  private record LongestOver(String sessionId) implements Notice {}

  private final ActorContext<ProcessingCommand> ctx;
  private final TimerScheduler<ProcessingCommand> timers;
  private final Map<String, ActorRef<RunnerMessage>> runners;
  private final Function<String, CompletionStage<Done>> saved;
  private final Runnable startRunners;
  private final Map<String, Set<String>> held = new HashMap<>();

  /**
   * @param runners the supervisor's, by session
   * @param saved has a session write where it is; completes in any case
   * @param startRunners of sessions that wait for one
   */
  SessionHolds(
      ActorContext<ProcessingCommand> ctx,
      TimerScheduler<ProcessingCommand> timers,
      Map<String, ActorRef<RunnerMessage>> runners,
      Function<String, CompletionStage<Done>> saved,
      Runnable startRunners) {
    this.ctx = ctx;
    this.timers = timers;
    this.runners = runners;
    this.saved = saved;
    this.startRunners = startRunners;
  }

  /** Whether nobody may work on it now. */
  boolean isHeld(String sessionId) {
    return held.containsKey(sessionId);
  }

  void on(HoldCommand command) {
    if (command instanceof HoldCommand.Rest rest) {
      for (String session : rest.sessions()) {
        held.computeIfAbsent(session, unused -> new HashSet<>()).add(rest.by());
        timers.startSingleTimer(key(session), new LongestOver(session), rest.longest());
      }
      write(rest.sessions(), false, rest.replyTo());
    } else if (command instanceof HoldCommand.Save save) {
      write(save.sessions(), true, save.replyTo());
    } else if (command instanceof HoldCommand.GoOn on) {
      for (String session : List.copyOf(held.keySet())) {
        Set<String> by = held.get(session);
        if (by.remove(on.by()) && by.isEmpty()) {
          letGo(session);
        }
      }
      startRunners.run();
      on.replyTo().tell(new HoldCommand.Resting(Set.of(), held.keySet()));
    }
  }

  void on(Notice notice) {
    if (notice instanceof LongestOver over) {
      if (isHeld(over.sessionId())) {
        ctx.getLog().warn("session rested as long as it may session={}", over.sessionId());
        letGo(over.sessionId());
        startRunners.run();
      }
    } else if (notice instanceof Written written) {
      written
          .runners()
          .forEach(
              (session, runner) -> {
                boolean same = runner.equals(runners.get(session));
                if (same && isHeld(session) && !written.goOn()) {
                  ctx.getLog().info("session rests session={}", session);
                  ctx.stop(runner);
                } else if (same && written.goOn()) {
                  runner.tell(new RunnerMessage.PauseOver());
                }
              });
      written.replyTo().tell(new HoldCommand.Resting(written.runners().keySet(), held.keySet()));
    }
  }

  private void letGo(String sessionId) {
    timers.cancel(key(sessionId));
    held.remove(sessionId);
  }

  private void write(Set<String> sessions, boolean goOn, ActorRef<HoldCommand.Resting> replyTo) {
    Map<String, ActorRef<RunnerMessage>> working = new TreeMap<>();
    for (String session : sessions) {
      if (runners.containsKey(session)) {
        working.put(session, runners.get(session));
      }
    }
    List<CompletableFuture<Done>> all =
        working.keySet().stream()
            .map(session -> saved.apply(session).toCompletableFuture())
            .toList();
    ctx.pipeToSelf(
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)),
        (done, failure) -> new Written(working, goOn, replyTo));
  }

  private static String key(String sessionId) {
    return "rest " + sessionId;
  }
}
