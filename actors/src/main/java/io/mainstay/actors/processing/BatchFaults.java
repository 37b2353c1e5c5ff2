package io.mainstay.actors.processing;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.Refusals;
import io.mainstay.actors.recovery.recognition.WorkerFaults;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.protocol.WorkerFault;

/** Says what goes wrong with a session's batches, so that recovery hears of it. Thread-safe. */
final class BatchFaults {
  private final FaultVoice voice;
  private final String place;

  BatchFaults(ActorSystem<?> system, String sessionId) {
    this.voice = FaultVoice.of(system);
    this.place = "session/" + sessionId;
  }

  /** A living worker could not do a step. */
  void fault(DocumentRange range, WorkerFault fault) {
    voice.raise(
        place + "/" + range, WorkerFaults.recognise(fault, WorkerFaults.Activity.INFERRING), null);
  }

  /** A step gave what cannot be used. */
  void unusable(DocumentRange range, Refusal why) {
    voice.raise(place + "/" + range, Refusals.recognise(why.code(), why.getMessage()), null);
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
