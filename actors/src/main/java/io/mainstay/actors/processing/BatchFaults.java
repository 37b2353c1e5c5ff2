package io.mainstay.actors.processing;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand.TurnReply.Granted;
import io.mainstay.actors.recovery.EngineMark;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.Refusals;
import io.mainstay.actors.recovery.recognition.WorkerFaults;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.protocol.WorkerFault;
import java.util.Optional;

/** Says what goes wrong with a session's batches, so that recovery hears of it. Thread-safe. */
final class BatchFaults {
  private final FaultVoice voice;
  private final String place;

  BatchFaults(ActorSystem<?> system, String sessionId) {
    this.voice = FaultVoice.of(system);
    this.place = "session/" + sessionId;
  }

  /** A living worker could not do a step. */
  void fault(BatchJob job, WorkerFault fault) {
    voice.raise(
        inEngine(job), WorkerFaults.recognise(fault, WorkerFaults.Activity.INFERRING), null);
  }

  /** A step gave what cannot be used. */
  void unusable(BatchJob job, Refusal why) {
    Optional<Recognised> sign = Refusals.recognise(why.code(), why.getMessage());
    // Anything else is of the documents or of the node, whichever engine computed.
    boolean ofEngine =
        sign.filter(one -> one.error() == ErrorNames.INFERENCE_MEMORY_CORRUPTION).isPresent();
    voice.raise(ofEngine ? inEngine(job) : place + "/" + job.range(), sign, null);
  }

  /** The batch, the model that it called, and the worker that it was last sent to. */
  private String inEngine(BatchJob job) {
    String batch =
        place + "/" + job.range() + (job.modelId().isEmpty() ? "" : "/model/" + job.modelId());
    Granted worker = job.dispatched();
    return worker == null ? batch : new EngineMark(worker.deviceId(), worker.epoch()).at(batch);
  }

  /** No checkpoint of the batch can be used: it begins anew. */
  void noCheckpoint(String what) {
    voice.raise(place, Recognised.of(ErrorNames.NO_VALID_CHECKPOINTS_AVAILABLE, what), null);
  }

  /** The batch was tried as often as it may be. */
  void givenUp(DocumentRange range, int failures, Refusal why) {
    voice.raise(
        place + "/" + range,
        Recognised.of(
            ErrorNames.RETRY_EXHAUSTED,
            "batch "
                + range
                + " failed "
                + failures
                + " times, last: "
                + why.code()
                + ": "
                + why.getMessage()),
        null);
  }

  /** The file of a template is damaged; the last good version of it is used. */
  void template(String modelId, String what) {
    voice.raise(
        "template/" + modelId, Recognised.of(ErrorNames.WORKFLOW_TEMPLATE_CORRUPTION, what), null);
  }

  /** The session fails. */
  void failed(Refusal why) {
    voice.raise(place, Refusals.recognise(why.code(), why.getMessage()), null);
  }
}
