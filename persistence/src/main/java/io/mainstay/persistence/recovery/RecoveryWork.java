package io.mainstay.persistence.recovery;

import akka.Done;
import akka.actor.typed.ActorRef;

/**
 * What a recovery asks of its node. Node-local: never crosses the wire. Every step and every
 * rollback can be asked for again, after a restart for one, and comes to the same. One that does
 * not answer within its limit counts as failed with unknown effect.
 */
public sealed interface RecoveryWork {
  /** Of which recovery. */
  String recoveryId();

  /** Do the step, look whether it is done, answer. */
  record Do(
      String recoveryId,
      RecoveryPlan plan,
      RecoveryPlan.Step step,
      int attempt,
      ActorRef<RecoveryStepOutcome> replyTo)
      implements RecoveryWork {}

  /** Take it back. An effect that is not there, or never was, is a success. */
  record Undo(
      String recoveryId,
      RecoveryPlan plan,
      RecoveryPlan.Step step,
      ActorRef<RecoveryStepOutcome> replyTo)
      implements RecoveryWork {}

  /** It is over. Answered once whoever has to know knows; said again until it is. */
  record Over(String recoveryId, RecoveryOutcome outcome, ActorRef<Done> replyTo)
      implements RecoveryWork {}
}
