package io.mainstay.persistence.session;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.serialization.WireMessage;
import java.util.List;

/**
 * What the session entity asks of the node that it runs on. The processing domain fills it.
 * Node-local: never crosses the wire.
 */
public sealed interface SessionWork {
  /**
   * Begin, or go on with, a session's work. To be answered with {@link
   * SessionProtocol.RunnerStarted}, also by a runner that has the work already: it goes on, and
   * takes over {@code session}, since the entity may be a new incarnation. Asked again when nothing
   * was heard of the work for a while.
   */
  record Run(String sessionId, Remaining remaining, ActorRef<SessionProtocol.Command> session)
      implements SessionWork {}

  /**
   * A batch goes on from another checkpoint: what a runner has of it in memory is of no use. Also a
   * {@link Run}, if nobody runs it.
   */
  record Rewind(Run run, DocumentRange range) implements SessionWork {}

  /** Stop it: cancelled. */
  record Stop(String sessionId, String reason) implements SessionWork {}

  /**
   * What is left to do, derived from the journal alone.
   *
   * @param standIn model that the work goes on with in the place of the workflow's, or empty
   * @param documents -1 until the plan is made
   * @param pending batches without a result, in order, poisoned documents left out
   * @param completed batches with their results, in order
   * @param poisoned indexes in the dead letters
   * @param finished nothing is left: completed, failed or cancelled
   */
  record Remaining(
      Workflow workflow,
      String standIn,
      List<BlobRef> inputs,
      WorkClass workClass,
      String outputDirectory,
      int documents,
      List<Pending> pending,
      List<Completed> completed,
      List<Integer> poisoned,
      boolean finished)
      implements WireMessage {
    public Remaining {
      inputs = List.copyOf(inputs);
      pending = List.copyOf(pending);
      completed = List.copyOf(completed);
      poisoned = List.copyOf(poisoned);
    }
  }

  /**
   * A batch without a result.
   *
   * @param deaths workers that died with it, or with a batch that it was split from, since it last
   *     made progress
   * @param checkpoint where it can go on, or null: from its beginning
   * @param others where it can go on if that one is no use, in the order of trial
   */
  record Pending(
      DocumentRange range,
      int attempts,
      int deaths,
      Checkpoint checkpoint,
      List<Checkpoint> others) {
    public Pending {
      others = others == null ? List.of() : List.copyOf(others);
    }
  }

  /**
   * Where a batch can go on.
   *
   * @param step steps done
   * @param sha256 of the blob that holds what the next step needs
   */
  record Checkpoint(int step, String sha256) {}

  /**
   * A batch with its result.
   *
   * @param attempts worker incarnations that it, or what it was split from, was given to from a
   *     beginning or a checkpoint; handed on between two answered calls it stays the same attempt.
   *     0 where an earlier version wrote it into a snapshot
   */
  record Completed(DocumentRange range, String resultSha256, String fingerprint, int attempts) {}
}
