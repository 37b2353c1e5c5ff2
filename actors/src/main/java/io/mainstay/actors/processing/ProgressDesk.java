package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.processing.ProcessingCommand.SessionProgress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who asked how far a session is. A runner that ends before it answers leaves nobody waiting.
 * Confined to the supervisor.
 */
final class ProgressDesk {
  /** What a runner answers. */
  record Told(String sessionId, SessionProgress progress) {}

  private static final SessionProgress NOTHING = new SessionProgress(List.of());

  private final ActorRef<Told> replies;
  private final Map<String, List<ActorRef<StatusReply<SessionProgress>>>> waiting = new HashMap<>();

  ProgressDesk(ActorRef<Told> replies) {
    this.replies = replies;
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
    List<ActorRef<StatusReply<SessionProgress>>> others =
        waiting.computeIfAbsent(sessionId, absent -> new ArrayList<>());
    if (others.isEmpty()) {
      runner.tell(new RunnerMessage.TellProgress(replies));
    }
    others.add(replyTo);
  }

  void told(Told told) {
    answer(told.sessionId(), told.progress());
  }

  /** The runner is gone. */
  void ended(String sessionId) {
    answer(sessionId, NOTHING);
  }

  private void answer(String sessionId, SessionProgress progress) {
    List<ActorRef<StatusReply<SessionProgress>>> asked = waiting.remove(sessionId);
    if (asked != null) {
      asked.forEach(replyTo -> replyTo.tell(StatusReply.success(progress)));
    }
  }
}
