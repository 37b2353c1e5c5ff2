package io.mainstay.persistence.saga;

import akka.actor.typed.ActorRef;

/**
 * What a saga asks of the node that it runs on. The domain that owns the plan fills it. Node-local:
 * never crosses the wire. A step that does not answer within its deadline counts as failed with
 * unknown effect and is undone.
 */
public sealed interface SagaWork {
  /** Carry the step out, check it, answer. */
  record Do(String sagaId, SagaPlan plan, SagaStep step, ActorRef<StepOutcome> replyTo)
      implements SagaWork {}

  /** Take the step back. Idempotent: an effect that is not there is a success. */
  record Undo(String sagaId, SagaPlan plan, SagaStep step, ActorRef<StepOutcome> replyTo)
      implements SagaWork {}
}
