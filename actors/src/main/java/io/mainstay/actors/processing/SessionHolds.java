package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.SessionProtocol;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Sessions that recovery has rest, for a bounded time of each who needs it. Confined to the {@code
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

  private record LongestOver() implements Notice {}

  private static final String TIMER = "rests";

  private final ActorContext<ProcessingCommand> ctx;
  private final TimerScheduler<ProcessingCommand> timers;
  private final Map<String, ActorRef<RunnerMessage>> runners;
  private final CheckpointSaves saves;
  private final Function<String, RecipientRef<SessionProtocol.Command>> sessions;
  private final Duration recordTimeout;
  private final Runnable startRunners;
  private final SessionRests rests = new SessionRests();

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

  /** All that nobody may work on now. */
  Set<String> held() {
    return rests.sessions();
  }

  /** Whether nobody may begin work on it now. */
  boolean isHeld(String sessionId) {
    return rests.rests(sessionId) || rests.isClosed();
  }

  void on(HoldCommand command) {
    if (command instanceof HoldCommand.Rest rest) {
      long end = now() + rest.longest().toMillis();
      rests.rest(rest.by(), rest.sessions(), end);
      if (rest.newcomers()) {
        rests.close(rest.by(), end);
      }
      awaitNext();
      write(rest.sessions(), false, rest.replyTo());
    } else if (command instanceof HoldCommand.Save save) {
      write(save.sessions(), true, save.replyTo());
    } else if (command instanceof HoldCommand.ListHeld list) {
      list.replyTo().tell(new HoldCommand.Resting(Set.of(), rests.sessions(list.by())));
    } else if (command instanceof HoldCommand.GoOn on) {
      rests.letGo(on.by(), on.except());
      awaitNext();
      startRunners.run();
      on.replyTo().tell(new HoldCommand.Resting(Set.of(), rests.sessions()));
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
    } else if (notice instanceof LongestOver) {
      for (String session : rests.over(now())) {
        ctx.getLog().warn("session rested as long as it may session={}", session);
      }
      awaitNext();
      startRunners.run();
    } else if (notice instanceof Written written) {
      written
          .runners()
          .forEach(
              (session, runner) -> {
                boolean same = runner.equals(runners.get(session));
                if (same && rests.rests(session) && !written.goOn()) {
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
                  written.runners().keySet(), rests.sessions(), written.unwritten()));
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

  /** Until the first of those who need it comes to its end. */
  private void awaitNext() {
    OptionalLong next = rests.next();
    if (next.isPresent()) {
      timers.startSingleTimer(
          TIMER, new LongestOver(), Duration.ofMillis(Math.max(1, next.getAsLong() - now())));
    } else {
      timers.cancel(TIMER);
    }
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

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }
}
