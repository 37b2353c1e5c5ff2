package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.ProcessingCommand.SessionProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who asked how far a session is. A runner that ends before it answers leaves nobody waiting; one
 * that lost the question, as when it fails over it, is asked again with the next question after a
 * while, and no more than so many wait. Confined to the supervisor.
 */
final class ProgressDesk {
  /** What a runner answers. */
  record Told(String sessionId, SessionProgress progress) {}

  /**
   * Bounds of the waiting.
   *
   * @param patience before a runner that does not answer is asked again
   * @param waitingMax askers that wait for one runner
   */
  record Limits(Duration patience, int waitingMax) {
    static final String PATH = ProcessingSettings.PATH + ".progress";

    Limits {
      if (patience.toMillis() < 1) {
        throw new IllegalArgumentException(
            PATH + ".patience is " + patience + "; must be at least 1 ms");
      }
      if (waitingMax < 1) {
        throw new IllegalArgumentException(
            PATH + ".waiting-max is " + waitingMax + "; must be 1 or more");
      }
    }
  }

  /** Of one session. */
  private static final class Waiting {
    private final List<ActorRef<StatusReply<SessionProgress>>> askers = new ArrayList<>();
    private long askedNanos;
  }

  private static final SessionProgress NOTHING = new SessionProgress(List.of());

  private final ActorRef<Told> replies;
  private final Limits limits;
  private final LongSupplier nanoTime;
  private final Map<String, Waiting> waiting = new HashMap<>();

  /**
   * @param nanoTime as of {@link System#nanoTime}
   */
  ProgressDesk(ActorRef<Told> replies, Limits limits, LongSupplier nanoTime) {
    this.replies = replies;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * Asks the runner, unless it is being asked already.
   *
   * @param runner of the session, or null if none works on it
   */
  void ask(
      String sessionId,
      ActorRef<RunnerMessage> runner,
      ActorRef<StatusReply<SessionProgress>> replyTo) {
    if (runner == null) {
      replyTo.tell(StatusReply.success(NOTHING));
      return;
    }
    Waiting here = waiting.computeIfAbsent(sessionId, absent -> new Waiting());
    long now = nanoTime.getAsLong();
    if (here.askers.isEmpty() || now - here.askedNanos >= limits.patience().toNanos()) {
      here.askedNanos = now;
      runner.tell(new RunnerMessage.TellProgress(replies));
    }
    if (here.askers.size() < limits.waitingMax()) {
      here.askers.add(replyTo);
    } else {
      replyTo.tell(
          StatusReply.error(
              Refusal.busy(
                  "The progress of session "
                      + sessionId
                      + " was asked for and is not known yet; "
                      + here.askers.size()
                      + " wait for it, which is "
                      + Limits.PATH
                      + ".waiting-max",
                  limits.patience().toMillis())));
    }
  }

  void told(Told told) {
    answer(told.sessionId(), told.progress());
  }

  /** The runner is gone. */
  void ended(String sessionId) {
    answer(sessionId, NOTHING);
  }

  private void answer(String sessionId, SessionProgress progress) {
    Waiting asked = waiting.remove(sessionId);
    if (asked != null) {
      asked.askers.forEach(replyTo -> replyTo.tell(StatusReply.success(progress)));
    }
  }
}
