package io.mainstay.persistence.session;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;
import java.util.List;

/**
 * Commands of the session entity. Submitters send {@link Accept}, {@link Get} and {@link Cancel};
 * all others come from the runner that does the work, are idempotent, and are answered once they
 * are durable.
 */
public final class SessionProtocol {
  private SessionProtocol() {}

  /** What a session understands. */
  public sealed interface Command extends WireMessage {}

  /** What the runner records. Idempotent; answered once it is durable. */
  public sealed interface Fact extends Command {
    /** Whom to answer. */
    ActorRef<StatusReply<Recorded>> replyTo();
  }

  /** What the runner records about one batch of the plan. */
  public sealed interface BatchFact extends Fact {
    /** The batch, or a part of one. */
    DocumentRange range();
  }

  /**
   * Answered once the acceptance is durable. The same session accepted again answers the same.
   *
   * @param degradations what of the workflow is not as the user asked, one sentence each
   */
  public record Accept(
      Workflow workflow,
      List<BlobRef> inputs,
      WorkClass workClass,
      String outputDirectory,
      String submittedBy,
      List<String> degradations,
      ActorRef<StatusReply<SessionView>> replyTo)
      implements Command {
    public Accept {
      inputs = List.copyOf(inputs);
      degradations = degradations == null ? List.of() : List.copyOf(degradations);
    }
  }

  /** Refused with an error when there is no such session. */
  public record Get(ActorRef<StatusReply<SessionView>> replyTo) implements Command {}

  /**
   * Everything that the outputs are made of, at one moment, from the journal alone. Refused with an
   * error when there is no such session.
   */
  public record GetAccount(ActorRef<StatusReply<Account>> replyTo) implements Command {}

  /** Answer to {@link GetAccount}. */
  public record Account(SessionView view, SessionWork.Remaining remaining) implements WireMessage {}

  /** Stops the work; a finished session answers its view unchanged. */
  public record Cancel(String reason, ActorRef<StatusReply<SessionView>> replyTo)
      implements Command {}

  /** The runner counted the documents. */
  public record RecordPlan(
      int documents, int batchDocuments, ActorRef<StatusReply<Recorded>> replyTo) implements Fact {}

  /**
   * Before a batch is sent. Answers the attempt's number; 0 means do not send it: the batch has its
   * result, was split or is poison meanwhile, and {@code next} holds what is pending in its place.
   *
   * @param goesOn another worker goes on where the one before answered all that it was asked, or
   *     was left at our own wish: no further attempt
   */
  public record RecordDispatch(
      DocumentRange range,
      String device,
      long epoch,
      boolean goesOn,
      ActorRef<StatusReply<Recorded>> replyTo)
      implements BatchFact {}

  /**
   * A batch can go on from this step: what it needs is in the blob store, and referred to. Durable
   * once answered; only then may the references of the checkpoint before be released. One that is
   * not beyond the last checkpoint is dropped, and answered the same; if the batch is not pending,
   * the answer's {@code next} holds what is pending in its place.
   *
   * @param step steps done, counted from the batch's beginning, 1 or more
   * @param sha256 of the checkpoint
   * @param after steps of the one that its batch had before, 0 if none: what was computed before
   *     the batch was made to go back is told from what was computed since
   * @param epoch of the worker that did the step
   * @param cost what it is the difference to, and what it took
   */
  public record RecordCheckpoint(
      DocumentRange range,
      int step,
      String sha256,
      int after,
      long epoch,
      CheckpointCost cost,
      ActorRef<StatusReply<Recorded>> replyTo)
      implements BatchFact {}

  /** See {@link SessionEvent.BatchCheckpointed}. */
  public record CheckpointCost(String baseSha256, long bytes, long writeMicros, long sinceMicros) {}

  /**
   * A batch goes on from another checkpoint than its last one. Refused if the session knows none of
   * that step and hash; the batch as it is then is the answer's {@code next}.
   *
   * @param step steps done there; 0 for the batch's beginning
   * @param sha256 of the checkpoint, or empty
   * @param lost steps whose checkpoints cannot be used
   * @param rewind true if what a runner has in memory is of no use; false from the runner itself
   * @param journaled true if whoever asks read in this session's journal that it took that one:
   *     what the session itself remembers is bounded
   */
  public record RecordRestoration(
      DocumentRange range,
      int step,
      String sha256,
      List<Integer> lost,
      String reason,
      boolean rewind,
      boolean journaled,
      ActorRef<StatusReply<Recorded>> replyTo)
      implements BatchFact {
    public RecordRestoration {
      lost = List.copyOf(lost);
    }
  }

  /**
   * Accepts the work of another session as a further attempt; otherwise as {@link Accept}. The
   * blobs of what is carried must be referred to.
   */
  public record AcceptRestart(
      SessionCarry carried, String submittedBy, ActorRef<StatusReply<SessionView>> replyTo)
      implements Command {}

  /** What a further attempt can go on from. Refused with an error when there is no such session. */
  public record GetRestartable(ActorRef<StatusReply<Restartable>> replyTo) implements Command {}

  /**
   * Answer to {@link GetRestartable}.
   *
   * @param accepted the session's first event
   */
  public record Restartable(SessionView view, SessionWork.Remaining remaining, EventMeta accepted)
      implements WireMessage {}

  /**
   * A worker died with the batch in flight. The answer says what to do: send it again, its halves
   * instead, or nothing since the document is poison.
   *
   * @param cause the device's own event of the death, or null if that is unknown
   * @param progress steps of the batch done by then, counted from its beginning; 0 for text. A
   *     batch that got further than at any death before starts again with one death
   */
  public record RecordInterruption(
      DocumentRange range,
      String device,
      long epoch,
      String reason,
      EventMeta cause,
      int progress,
      ActorRef<StatusReply<Recorded>> replyTo)
      implements BatchFact {}

  /**
   * The worker lives, but refuses the batch because of what is in it. A batch of more documents is
   * split to find the culprit; a document alone is poison at once. Answered like {@link
   * RecordInterruption}.
   */
  public record RecordRejection(
      DocumentRange range, String reason, ActorRef<StatusReply<Recorded>> replyTo)
      implements BatchFact {}

  /** A batch's result is in the blob store. A second result of a batch is dropped. */
  public record RecordBatch(
      DocumentRange range,
      String resultSha256,
      String fingerprint,
      String device,
      long epoch,
      long computeMicros,
      ActorRef<StatusReply<Recorded>> replyTo)
      implements BatchFact {}

  /**
   * The user gets something else than asked for, known before the outputs are written. The same
   * text again adds nothing. Above {@code degradations-max} of the session's settings one note
   * stands for all others.
   *
   * @param what one sentence
   * @param standIn model that the work goes on with from now on, or empty if that stays; the next
   *     runner opens the work with it
   */
  public record RecordDegradation(
      String what, String standIn, ActorRef<StatusReply<Recorded>> replyTo) implements Fact {}

  /**
   * The outputs are written; completes the session.
   *
   * @param degradations what the user did not get as asked, one sentence each; added to those
   *     recorded before
   */
  public record RecordOutputs(
      List<BlobRef> outputs, List<String> degradations, ActorRef<StatusReply<Recorded>> replyTo)
      implements Fact {
    public RecordOutputs {
      outputs = List.copyOf(outputs);
      degradations = degradations == null ? List.of() : List.copyOf(degradations);
    }
  }

  /** The work cannot be done. */
  public record RecordFailure(
      String code, String message, String remedy, ActorRef<StatusReply<Recorded>> replyTo)
      implements Fact {}

  /**
   * Asks for a runner while there is work, and for its end when there is none. The entity wakes
   * itself with it after recovery and while no runner has answered; a runner that was restarted
   * sends it too.
   */
  public record Continue() implements Command {}

  /** Nothing is left to do and nobody asked for a while: leave memory. Sent by the entity alone. */
  record Retire() implements Command {}

  /** A runner took the work; sent in answer to {@link SessionWork.Run}. */
  public record RunnerStarted(ActorRef<Done> replyTo) implements Command {}

  /**
   * It is durable now.
   *
   * @param finished the session is over: stop working on it
   * @param attempt of the dispatch just recorded, else 0
   * @param next what this record adds to the work: after a plan all of its batches, after an
   *     interruption the batch again, its halves, or nothing when it has its result or is poison;
   *     otherwise empty
   * @param poisoned the record was about one document, and that is poison
   */
  public record Recorded(
      boolean finished, int attempt, List<SessionWork.Pending> next, boolean poisoned)
      implements WireMessage {
    public Recorded {
      next = List.copyOf(next);
    }
  }
}
