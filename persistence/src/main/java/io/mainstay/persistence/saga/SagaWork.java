package io.mainstay.persistence.saga;

import akka.Done;
import akka.actor.typed.ActorRef;
import io.mainstay.persistence.serialization.EventMeta;

/**
 * What a saga asks of the node that it runs on. The domain that owns the plan fills it. Node-local:
 * never crosses the wire. A step that does not answer within its deadline counts as failed with
 * unknown effect and is undone.
 */
public sealed interface SagaWork {
  /** The seeds' name of the look at the end of a compensation. */
  String VERIFICATION = "verify_all_resources_released";

  /** Of which saga. */
  String sagaId();

  /** Carry the step out, check it, answer. */
  record Do(String sagaId, SagaPlan plan, SagaStep step, ActorRef<StepOutcome> replyTo)
      implements SagaWork {}

  /** Take the step back. Idempotent: an effect that is not there, or never was, is a success. */
  record Undo(String sagaId, SagaPlan plan, SagaStep step, ActorRef<StepOutcome> replyTo)
      implements SagaWork {}

  /** Look whether anything of the saga is left anywhere, after everything was taken back. */
  record Verify(String sagaId, SagaPlan plan, ActorRef<StepOutcome> replyTo) implements SagaWork {}

  /**
   * A person must look. Answered once that is durable; said again until it is answered.
   *
   * @param what that could not be taken back, by the seeds' name
   */
  record Stuck(
      String sagaId,
      SagaPlan plan,
      String what,
      String message,
      EventMeta cause,
      ActorRef<Done> replyTo)
      implements SagaWork {}

  /** A saga that was stuck is compensated after all. Answered once that is durable. */
  record Settled(String sagaId, EventMeta cause, ActorRef<Done> replyTo) implements SagaWork {}
}
