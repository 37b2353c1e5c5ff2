package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.SessionProtocol;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

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
      Set<String> unwritten,
      boolean goOn,
      ActorRef<HoldCommand.Resting> replyTo)
      implements Notice {}

  /** Its checkpoints are written, as far as there was time. */
  private record Aborts(HoldCommand.Abort asked) implements Notice {}

  /** It has failed, durably; {@code failure} is null then. */
  private record Aborted(
      HoldCommand.Abort asked, SessionProtocol.Recorded recorded, Throwable failure)
      implements Notice {}

  private record LongestOver(String sessionId) implements Notice {}

  private final ActorContext<ProcessingCommand> ctx;
  private final TimerScheduler<ProcessingCommand> timers;
  private final Map<String, ActorRef<RunnerMessage>> runners;
  private final CheckpointSaves saves;
  private final Function<String, RecipientRef<SessionProtocol.Command>> sessions;
  private final Duration recordTimeout;
  private final Runnable startRunners;
  private final Map<String, Set<String>> held = new HashMap<>();

  /**
   * @param runners the supervisor's, by session
   * @param saves has sessions write where they are
   * @param sessions the entity of a session
   * @param recordTimeout for its journal
   * @param startRunners of sessions that wait for one
   */
  SessionHolds(
      ActorContext<ProcessingCommand> ctx,
      TimerScheduler<ProcessingCommand> timers,
      Map<String, ActorRef<RunnerMessage>> runners,
      CheckpointSaves saves,
      Function<String, RecipientRef<SessionProtocol.Command>> sessions,
      Duration recordTimeout,
      Runnable startRunners) {
    this.ctx = ctx;
    this.sessions = sessions;
    this.recordTimeout = recordTimeout;
    this.timers = timers;
    this.runners = runners;
    this.saves = saves;
    this.startRunners = startRunners;
  }

  private Set<String> heldBy(String by) {
    return held.entrySet().stream()
        .filter(entry -> entry.getValue().contains(by))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** All that nobody may work on now. */
  Set<String> held() {
    return Set.copyOf(held.keySet());
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
    } else if (command instanceof HoldCommand.ListHeld list) {
      list.replyTo().tell(new HoldCommand.Resting(Set.of(), heldBy(list.by())));
    } else if (command instanceof HoldCommand.GoOn on) {
      for (String session : List.copyOf(held.keySet())) {
        Set<String> by = held.get(session);
        if (!on.except().contains(session) && by.remove(on.by()) && by.isEmpty()) {
          letGo(session);
        }
      }
      startRunners.run();
      on.replyTo().tell(new HoldCommand.Resting(Set.of(), held.keySet()));
    } else if (command instanceof HoldCommand.Abort abort) {
      ctx.pipeToSelf(saves.of(abort.sessionId()), (done, failure) -> new Aborts(abort));
    }
  }

  void on(Notice notice) {
    if (notice instanceof Aborts aborts) {
      record(aborts.asked());
    } else if (notice instanceof Aborted aborted) {
      ActorRef<RunnerMessage> runner = runners.get(aborted.asked().sessionId());
      if (runner != null && aborted.failure() == null) {
        runner.tell(new RunnerMessage.Stop(aborted.asked().why().code()));
      }
      aborted
          .asked()
          .replyTo()
          .tell(
              aborted.failure() == null
                  ? StatusReply.success(aborted.recorded())
                  : StatusReply.error(aborted.failure()));
    } else if (notice instanceof LongestOver over) {
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
      written
          .replyTo()
          .tell(
              new HoldCommand.Resting(
                  written.runners().keySet(), held.keySet(), written.unwritten()));
    }
  }

  private void record(HoldCommand.Abort asked) {
    Refusal why = asked.why();
    ctx.askWithStatus(
        SessionProtocol.Recorded.class,
        sessions.apply(asked.sessionId()),
        recordTimeout,
        (ActorRef<StatusReply<SessionProtocol.Recorded>> replyTo) ->
            new SessionProtocol.RecordFailure(why.code(), why.getMessage(), why.remedy(), replyTo),
        (recorded, failure) -> new Aborted(asked, recorded, failure));
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
    ctx.pipeToSelf(
        saves.of(working.keySet()),
        (saved, failure) ->
            new Written(
                working, failure == null ? saved.unwritten() : working.keySet(), goOn, replyTo));
  }

  private static String key(String sessionId) {
    return "rest " + sessionId;
  }
}
