package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a {@link SessionRunner} is told: by its supervisor, by other domains, by itself. */
sealed interface RunnerMessage {
  /** Begin. A runner that works already only says so. */
  record Begin(SessionWork.Run run) implements RunnerMessage {}

  /** The journal has that batch go on from another checkpoint; {@code run} has all that is left. */
  record Rewound(SessionWork.Run run, DocumentRange range) implements RunnerMessage {}

  /** Stop: cancelled, or over. */
  record Stop(String reason) implements RunnerMessage {}

  /**
   * A cancel is on its way to the journal: give the devices back now. If it is not recorded after
   * all, the work goes on after a while.
   *
   * @param saved told once each batch has a checkpoint of where it is, as far as there is one
   */
  record Pause(ActorRef<Saved> saved) implements RunnerMessage {}

  /**
   * Reply to {@link Pause}.
   *
   * @param written false if a checkpoint could not be stored: its batch would begin earlier
   */
  record Saved(boolean written) {}

  /** The session fails now; its last checkpoints are written, or took too long. */
  record FailNow(Refusal why) implements RunnerMessage {}

  /** No cancel was recorded: the work goes on. */
  record PauseOver() implements RunnerMessage {}

  /** Say how far each batch is. */
  record TellProgress(ActorRef<ProgressDesk.Told> replyTo) implements RunnerMessage {}

  /** Inputs and models are there; {@code failure} is null then. */
  record Opened(StandIns.Found found, Throwable failure) implements RunnerMessage {}

  /** What a {@link RunnerReservation} tells itself. */
  sealed interface Reserving extends RunnerMessage {}

  /** All of it is held; {@code failure} is null then. */
  record Reserved(SessionReservations.Hold hold, Throwable failure) implements Reserving {}

  /** Reserve again what was refused for a while. */
  record ReserveAgain() implements Reserving {}

  /** The batches have waited for it long enough. */
  record ReservationOverdue() implements Reserving {}

  /** A batch waits for heap before it can be prepared. */
  record AwaitsHeap(BatchJob job, long bytes) implements RunnerMessage {}

  /** It has waited for long, and waits on. */
  record HeapOverdue(BatchJob job, long bytes) implements RunnerMessage {}

  /** A batch of a higher class waits for heap: give back what is prepared and not begun. */
  record HeapWanted() implements RunnerMessage {}

  /** A batch can be computed; {@code failure} is null then. */
  record Prepared(BatchJob job, BatchStart start, Throwable failure) implements RunnerMessage {}

  /** A checkpoint was stored; both are null if there was none to store. */
  record CheckpointStored(BatchJob job, int step, BatchCheckpoints.Stored stored, Throwable failure)
      implements RunnerMessage {}

  /** What a program has at hand itself instead of a model that cannot be loaded, if anything. */
  record Replaced(BatchJob job, Optional<BatchProgram> program, Refusal why)
      implements RunnerMessage {}

  /** What stands in for a model that cannot be loaded; {@code failure} is null if there is one. */
  record FellBack(BatchJob job, StandIns.Found found, Refusal why, Throwable failure)
      implements RunnerMessage {}

  /** The workflow took longer than it may. */
  record DeadlinePassed() implements RunnerMessage {}

  /** The answer to a step was taken up beside the runner; {@code failure} is null then. */
  record Stepped(BatchJob job, BatchProgram program, Throwable failure) implements RunnerMessage {}

  /** What becomes of a turn that was asked for. */
  record Turn(TurnReply reply) implements RunnerMessage {}

  /** How a used turn ended. */
  record Ended(TurnReply.Outcome outcome) implements RunnerMessage {}

  /** Neither granted nor refused, or not answered in time. */
  record TurnOverdue(String turnId) implements RunnerMessage {}

  /** A result is stored; {@code failure} is null then. */
  record Stored(BatchJob job, BlobRef result, Throwable failure) implements RunnerMessage {}

  /** The pause after a failure is over. */
  record TryAgain(BatchJob job) implements RunnerMessage {}

  /** A dead letter is durable; {@code failure} is null then. */
  record LetterStored(int index, String reason, Throwable failure) implements RunnerMessage {}

  /** Another try at a dead letter. */
  record StoreLetter(int index, String reason) implements RunnerMessage {}

  /** What the journal holds, for the outputs; {@code failure} is null then. */
  record Accounted(SessionProtocol.Account account, Throwable failure) implements RunnerMessage {}

  /** The outputs are stored; {@code failure} is null then. */
  record Written(WrittenOutputs outputs, Throwable failure) implements RunnerMessage {}

  /** Another try at the outputs. */
  record WriteOutputs() implements RunnerMessage {}

  /**
   * The session answered a record.
   *
   * @param then what to do with the answer
   * @param failure null when it is durable
   */
  record Recorded(
      Recording recording,
      SessionProtocol.Recorded answer,
      Consumer<SessionProtocol.Recorded> then,
      Throwable failure)
      implements RunnerMessage {}

  /**
   * One record on its way.
   *
   * @param what for messages
   * @param tries so far
   */
  record Recording(
      String what,
      Function<ActorRef<StatusReply<SessionProtocol.Recorded>>, SessionProtocol.Command> command,
      int tries) {}
}
