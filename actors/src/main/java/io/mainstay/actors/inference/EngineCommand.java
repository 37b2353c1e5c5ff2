package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.model.text.TokenizedBatch;
import io.mainstay.persistence.serialization.EventMeta;

/** What an {@link Engine} is told: by its supervisor, by its worker's answers, by itself. */
sealed interface EngineCommand {
  /** What is known of the device now. */
  record Seat(DeviceSeat seat) implements EngineCommand {}

  /** The journal knows of a worker's death. */
  record Died(long epoch, DeathReport report, EventMeta cause) implements EngineCommand {}

  /** A synchronous request to carry out. */
  record Take(SyncRequest request) implements EngineCommand {}

  /** A long text was encoded beside the engine; {@code failure} is null when it was. */
  record Encoded(SyncRequest request, TokenizedBatch tokens, Throwable failure)
      implements EngineCommand {}

  /**
   * An attempt is over.
   *
   * @param epoch of the worker that had it
   * @param unanswered how, when its caller still waits; null when the caller has been answered
   */
  record SyncEnded(SyncRequest request, long epoch, CallOutcome<InferenceResult> unanswered)
      implements EngineCommand {}

  /** Some request's deadline is near. */
  record CheckDeadlines() implements EngineCommand {}

  /**
   * Send a call of accepted work.
   *
   * @param use its number in that turn, the first is 1
   * @param keep whether the turn goes on when it is done
   */
  record RunTurn(
      String turnId,
      int use,
      boolean keep,
      long epoch,
      InferenceCall call,
      ActorRef<TurnReply.Outcome> replyTo)
      implements EngineCommand {}

  /** Nobody wants its result any more. */
  record CancelTurn(String turnId) implements EngineCommand {}

  /** The worker is done with a call of a turn, or lost. A result has been told already. */
  record TurnCallEnded(RunTurn run, CallOutcome<InferenceResult> outcome)
      implements EngineCommand {}

  /** The journal had its time to name the cause of that worker's death. */
  record CauseOverdue(long epoch) implements EngineCommand {}

  /** What an engine tells its supervisor. */
  sealed interface Report {
    /** It runs, for the first time or again, and needs its seat. */
    record Started(String deviceId) implements Report {}

    /**
     * A request that another engine should take.
     *
     * @param modelMissing the worker does not hold its model
     */
    record Displaced(String deviceId, SyncRequest request, boolean modelMissing)
        implements Report {}

    /** That call does not occupy the device any more; {@code keep} if its turn goes on. */
    record TurnUsed(String turnId, int use, boolean keep) implements Report {}

    /** Nothing of that turn is at the worker. */
    record TurnOver(String turnId) implements Report {}
  }
}
