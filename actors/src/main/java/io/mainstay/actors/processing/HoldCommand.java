package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.SessionProtocol;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What recovery asks about sessions that must rest for a while. Node-local. */
public sealed interface HoldCommand extends ProcessingCommand {
  /**
   * These sessions write checkpoints of where they are, and then nobody works on them until {@link
   * GoOn}, or for so long. What they have is durable; a device that computed for them is free.
   * Answered when the checkpoints are written, or there was no time for it.
   *
   * @param by who needs that; a session rests until nobody needs it any more
   * @param newcomers whether as long as that nobody begins work on any session at all; whoever is
   *     worked on and not named goes on
   * @param longest from now; then it is over for that one. Asked for again the later end counts
   */
  record Rest(
      String by,
      Set<String> sessions,
      boolean newcomers,
      Duration longest,
      ActorRef<Resting> replyTo)
      implements HoldCommand {
    public Rest {
      sessions = Set.copyOf(sessions);
    }

    /** Of those alone. */
    public Rest(String by, Set<String> sessions, Duration longest, ActorRef<Resting> replyTo) {
      this(by, sessions, false, longest, replyTo);
    }
  }

  /**
   * Reply to {@link Rest}.
   *
   * @param stopped that had a runner
   * @param held all that rest now, for whomever
   * @param unwritten of those that had a runner: where they are could not be written in time
   */
  record Resting(Set<String> stopped, Set<String> held, Set<String> unwritten) {
    public Resting {
      stopped = Set.copyOf(stopped);
      held = Set.copyOf(held);
      unwritten = Set.copyOf(unwritten);
    }

    /** Whose checkpoints are written, of those that had a runner. */
    public ProcessingCommand.Saved saved() {
      Set<String> written = new HashSet<>(stopped);
      written.removeAll(unwritten);
      return new ProcessingCommand.Saved(written, unwritten);
    }

    /** All that was to be written is. */
    public Resting(Set<String> stopped, Set<String> held) {
      this(stopped, held, Set.of());
    }
  }

  /** Asks which sessions rest for that one: answered with those alone, at once. */
  record ListHeld(String by, ActorRef<Resting> replyTo) implements HoldCommand {}

  /**
   * All that rest for that one need not rest for it any longer, and those that came meanwhile may
   * begin. Answered at once.
   *
   * @param except sessions that go on resting for it
   */
  record GoOn(String by, Set<String> except, ActorRef<Resting> replyTo) implements HoldCommand {
    public GoOn {
      except = Set.copyOf(except);
    }

    /** All of them. */
    public GoOn(String by, ActorRef<Resting> replyTo) {
      this(by, Set.of(), replyTo);
    }
  }

  /**
   * Nothing can be done for it any more: it writes checkpoints of where it is, gives back what it
   * holds, and has failed for that reason, durably. What was computed stays, for a restart.
   * Answered once that is so; harmless for one that is over.
   *
   * @param sessionId of a session that there is
   */
  record Abort(
      String sessionId, Refusal why, ActorRef<StatusReply<SessionProtocol.Recorded>> replyTo)
      implements HoldCommand {}

  /** They write checkpoints of where they are and go on at once. Answered when that is done. */
  record Save(Set<String> sessions, ActorRef<Resting> replyTo) implements HoldCommand {
    public Save {
      sessions = Set.copyOf(sessions);
    }
  }
}
