package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Has sessions make room for others: those beyond what the modes leave; and where others wait for
 * that room, those that get nowhere, and those that were worked on for as long as a session may be
 * at a time. Each writes what it has and goes on later, in its turn. Nothing of it fails for that.
 * Confined to the {@code ProcessingSupervisor}.
 */
final class TurnSharing {
  /** What it tells itself through the supervisor. */
  sealed interface Notice extends ProcessingSupervisor.Own {}

  /** All that the session has to do was refused for a while. */
  record Stuck(String sessionId) implements Notice {}

  private record TimeUp(String sessionId) implements Notice {}

  /** A runner that must make room has written what it has. */
  private record Rested(String sessionId, ActorRef<RunnerMessage> runner) implements Notice {}

  private record TimeOf(String sessionId) {}

  private final ActorContext<ProcessingCommand> ctx;
  private final TimerScheduler<ProcessingCommand> timers;
  private final Map<String, ActorRef<RunnerMessage>> runners;
  private final RunnerQueue queue;
  private final ModeRoom modes;
  private final CheckpointSaves saves;
  private final Predicate<SessionWork.Run> mayRun;
  private final Supplier<String> ids;
  private final Duration lookAgain;
  private final Map<String, WorkClass> classes = new HashMap<>();
  private final Set<String> givingWay = new HashSet<>();
  private Optional<Duration> limit = Optional.empty();

  /**
   * @param runners the supervisor's, by session
   * @param mayRun whether one that waits would run if there were room
   * @param ids each newer than those before
   * @param lookAgain pause before it is looked again whether others wait
   */
  TurnSharing(
      ActorContext<ProcessingCommand> ctx,
      TimerScheduler<ProcessingCommand> timers,
      Map<String, ActorRef<RunnerMessage>> runners,
      RunnerQueue queue,
      ModeRoom modes,
      CheckpointSaves saves,
      Predicate<SessionWork.Run> mayRun,
      Supplier<String> ids,
      Duration lookAgain) {
    this.ctx = ctx;
    this.timers = timers;
    this.runners = runners;
    this.queue = queue;
    this.modes = modes;
    this.saves = saves;
    this.mayRun = mayRun;
    this.ids = ids;
    this.lookAgain = lookAgain;
  }

  /** It has a runner. */
  void started(SessionWork.Run run) {
    classes.put(run.sessionId(), run.remaining().workClass());
    limit(run.sessionId());
  }

  private void limit(String sessionId) {
    TimeOf key = new TimeOf(sessionId);
    if (modes.timeAtOnce().isEmpty()) {
      timers.cancel(key);
    } else if (!timers.isTimerActive(key)) {
      timers.startSingleTimer(key, new TimeUp(sessionId), modes.timeAtOnce().get());
    }
  }

  /** It has none any more. */
  void ended(String sessionId) {
    classes.remove(sessionId);
    givingWay.remove(sessionId);
    timers.cancel(new TimeOf(sessionId));
  }

  /** Modes were entered or left, or what they demand is lifted. */
  void modesChanged() {
    modes.toRest(runners.keySet()).forEach(this::rest);
    if (!modes.timeAtOnce().equals(limit)) {
      limit = modes.timeAtOnce();
      runners.keySet().forEach(id -> timers.cancel(new TimeOf(id)));
    }
    runners.keySet().forEach(this::limit);
  }

  void on(Notice told) {
    if (told instanceof Stuck stuck) {
      // Whoever waits, of whatever class: this one uses its place for nothing.
      if (runners.containsKey(stuck.sessionId()) && othersWait(waits -> true)) {
        giveWay(stuck.sessionId(), "it gets nowhere");
      }
    } else if (told instanceof TimeUp up) {
      onTimeUp(up.sessionId());
    } else if (told instanceof Rested rested
        && rested.runner().equals(runners.get(rested.sessionId()))) {
      ctx.getLog().info("session waits for its next turn session={}", rested.sessionId());
      ctx.stop(rested.runner());
    }
  }

  private void onTimeUp(String sessionId) {
    if (!runners.containsKey(sessionId) || modes.timeAtOnce().isEmpty()) {
      return;
    }
    WorkClass own = classes.get(sessionId);
    if (othersWait(waits -> waits.remaining().workClass().compareTo(own) <= 0)) {
      giveWay(sessionId, "its time is up");
    } else {
      timers.startSingleTimer(new TimeOf(sessionId), new TimeUp(sessionId), lookAgain);
    }
  }

  /** Whether more of them wait than are made room for already. */
  private boolean othersWait(Predicate<SessionWork.Run> fit) {
    return !modes.room(runners.size()) && queue.count(mayRun.and(fit)) > givingWay.size();
  }

  private void giveWay(String sessionId, String why) {
    ctx.getLog().info("session lets others go first session={} why={}", sessionId, why);
    queue.behind(sessionId, ids.get());
    givingWay.add(sessionId);
    rest(sessionId);
  }

  private void rest(String sessionId) {
    ActorRef<RunnerMessage> runner = runners.get(sessionId);
    ctx.pipeToSelf(saves.of(sessionId), (done, failure) -> new Rested(sessionId, runner));
  }
}
