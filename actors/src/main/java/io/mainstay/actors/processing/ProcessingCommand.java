package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.persistence.checkpoint.CheckpointId;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the gateway asks of the processing domain; handled by {@code ProcessingSupervisor}.
 * Node-local.
 */
public sealed interface ProcessingCommand
    permits ProcessingCommand.Submit,
        ProcessingCommand.ListSessions,
        ProcessingCommand.GetSession,
        ProcessingCommand.GetProgress,
        ProcessingCommand.CancelSession,
        ProcessingCommand.RestoreCheckpoint,
        ProcessingCommand.RestartSession,
        ProcessingCommand.GetCheckpointFigures,
        ProcessingCommand.SaveCheckpoints,
        ProcessingCommand.CarryOut,
        ProcessingCommand.GetLoad,
        ProcessingCommand.ReserveHeap,
        ProcessingCommand.FreeHeap,
        ProcessingCommand.GetFacts,
        ProcessingCommand.PutRight,
        HoldCommand,
        ProcessingSupervisor.Own {
  /** Who submits the work that a node tests itself with: no mode keeps it out. */
  String SUBMITTED_BY_RESTORATION = "restoration";

  /**
   * Accepts a workflow whose parameters were checked by {@code Templates} and whose inputs are in
   * the blob store.
   */
  record Submit(
      Workflow workflow,
      List<BlobRef> inputs,
      WorkClass workClass,
      String outputDirectory,
      String submittedBy,
      ActorRef<SubmitReply> replyTo)
      implements ProcessingCommand {
    public Submit {
      inputs = List.copyOf(inputs);
    }
  }

  /** Answer to a submission. */
  sealed interface SubmitReply {
    /** What follows from why it is not accepted. */
    static SubmitReply of(Refusal why) {
      return why.isBusy()
          ? new Busy(why.retryAfterMillis(), why.getMessage())
          : new Refused(why.code(), why.getMessage(), why.remedy(), why.retryAfterMillis());
    }

    record Accepted(String sessionId) implements SubmitReply {}

    /** Too much accepted work: ask again later. */
    record Busy(long retryAfterMillis, String message) implements SubmitReply {}

    /** Not as things are; {@code retryAfterMillis} is 0 unless asking again alone can help. */
    record Refused(String code, String message, String remedy, long retryAfterMillis)
        implements SubmitReply {}
  }

  /** Newest first. */
  record ListSessions(int limit, ActorRef<SessionList> replyTo) implements ProcessingCommand {}

  /** Reply to {@link ListSessions}. */
  record SessionList(List<SessionView> sessions) {
    public SessionList {
      sessions = List.copyOf(sessions);
    }
  }

  record GetSession(String sessionId, ActorRef<StatusReply<SessionView>> replyTo)
      implements ProcessingCommand {}

  /** How far the batches are that a runner of this node works on now; refused if no session. */
  record GetProgress(String sessionId, ActorRef<StatusReply<SessionProgress>> replyTo)
      implements ProcessingCommand {}

  /**
   * Reply to {@link GetProgress}, in the order of the documents; empty when no batch is worked on.
   */
  record SessionProgress(List<BatchState> batches) {
    public SessionProgress {
      batches = List.copyOf(batches);
    }
  }

  /**
   * How far one batch is.
   *
   * @param from its first document
   * @param to one after its last document
   * @param activity such as {@code denoising}
   * @param done steps of it that are done
   * @param total steps of it
   */
  record BatchState(int from, int to, String activity, int done, int total) {}

  record CancelSession(String sessionId, String reason, ActorRef<StatusReply<SessionView>> replyTo)
      implements ProcessingCommand {}

  /**
   * Makes a batch of a session that is not over go on from one of its checkpoints. Durable once it
   * is answered; the answer says whether the session is over.
   *
   * @param checkpoint that was found sound
   * @param sha256 of it
   * @param journaled true if the session's journal was seen to have it
   */
  record RestoreCheckpoint(
      CheckpointId checkpoint,
      String sha256,
      boolean journaled,
      String reason,
      ActorRef<StatusReply<SessionProtocol.Recorded>> replyTo)
      implements ProcessingCommand {}

  /**
   * Does the work of a session again as a new one, which takes over what was paid for.
   *
   * @param fromStep step of each batch to go on from at the latest, or {@code
   *     SessionCarry.EVERYTHING}
   * @param replyTo told the new session's id once it is durable
   */
  record RestartSession(
      String sessionId, int fromStep, String submittedBy, ActorRef<StatusReply<Restarted>> replyTo)
      implements ProcessingCommand {}

  /**
   * Reply to {@link RestartSession}.
   *
   * @param batchesKept results taken over
   * @param checkpointsKept batches that go on from a checkpoint
   */
  record Restarted(String sessionId, String ofSession, int batchesKept, int checkpointsKept) {}

  /** What checkpoints cost so far. */
  record GetCheckpointFigures(ActorRef<CheckpointMeter.Figures> replyTo)
      implements ProcessingCommand {}

  /**
   * All work rests, and what it has is written first, as far as there is time. Always answered; may
   * take as long as {@code save-before-abort}.
   */
  record SaveCheckpoints(ActorRef<Saved> replyTo) implements ProcessingCommand {}

  /**
   * Reply to {@link SaveCheckpoints}, of the sessions that were worked on.
   *
   * @param written where they are is durable, as far as their programs have a checkpoint
   * @param unwritten there was no time for it, or it could not be stored: they would go on from an
   *     earlier checkpoint
   */
  record Saved(Set<String> written, Set<String> unwritten) {
    public Saved {
      written = Collections.unmodifiableSet(new TreeSet<>(written));
      unwritten = Collections.unmodifiableSet(new TreeSet<>(unwritten));
    }

    /** For evidence. */
    public String text() {
      String done = "checkpoints of " + written + " are written";
      return unwritten.isEmpty()
          ? written.isEmpty() ? "nobody is at work, no checkpoint is to be written" : done
          : done + "; those of " + unwritten + " are not";
    }
  }

  /** A session entity asks for, or stops, its runner; through {@code SessionWorkIntake}. */
  record CarryOut(SessionWork work) implements ProcessingCommand {}

  /**
   * Sets heap aside out of what the batches of all sessions share, at once or not at all. Asked
   * again under the same key it is granted again. Refused when there is not that much free.
   */
  record ReserveHeap(
      String key, WorkClass workClass, long bytes, ActorRef<StatusReply<akka.Done>> replyTo)
      implements ProcessingCommand {}

  /** Gives it back; harmless if there is nothing. */
  record FreeHeap(String key, ActorRef<akka.Done> replyTo) implements ProcessingCommand {}

  /** What is under way, for comparisons. */
  record GetFacts(ActorRef<Facts> replyTo) implements ProcessingCommand {}

  /**
   * Reply to {@link GetFacts}.
   *
   * @param runners sessions with a runner on this node
   * @param open sessions that count as accepted and not finished
   * @param settling being submitted, stopped, queued for a runner, or about to be resumed
   * @param heap bytes by session whose batches have them
   * @param reserved bytes by transaction that set them aside
   * @param kept sessions that nobody may work on now: they rest for a recovery, or a mode has no
   *     room for their kind of work
   */
  record Facts(
      Set<String> runners,
      Set<String> open,
      Set<String> settling,
      Map<String, Long> heap,
      Map<String, Long> reserved,
      Set<String> kept) {
    public Facts {
      runners = Set.copyOf(runners);
      open = Set.copyOf(open);
      settling = Set.copyOf(settling);
      heap = Map.copyOf(heap);
      reserved = Map.copyOf(reserved);
      kept = Set.copyOf(kept);
    }

    /** Nobody is kept from work. */
    public Facts(
        Set<String> runners,
        Set<String> open,
        Set<String> settling,
        Map<String, Long> heap,
        Map<String, Long> reserved) {
      this(runners, open, settling, heap, reserved, Set.of());
    }
  }

  /** Makes what this domain has of a session what it should be. */
  record PutRight(String sessionId, Right right) implements ProcessingCommand {}

  /** What should be. */
  enum Right {
    /** It goes on: its entity is woken and asks for a runner. */
    GOES_ON,
    /** It is over, here too. */
    OVER,
    /** It has no heap. */
    NO_HEAP,
    /** It counts as open although it is not: a fault to be found. */
    COUNTED_OPEN,
    /** Nobody here knows that it is open: a fault to be found. */
    FORGOTTEN,
    /** It has heap that nobody gives back: a fault to be found. */
    HEAP_LOST
  }

  /** How much there is. */
  record GetLoad(ActorRef<Load> replyTo) implements ProcessingCommand {}

  /**
   * Reply to {@link GetLoad}.
   *
   * @param open accepted and not finished, as far as this node knows
   * @param running with a runner on this node
   * @param known in the journal
   */
  record Load(int open, int running, long known) {}
}
