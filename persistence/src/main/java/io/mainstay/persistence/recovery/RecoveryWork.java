package io.mainstay.persistence.recovery;

import akka.Done;
import akka.actor.typed.ActorRef;
import io.mainstay.persistence.serialization.EventMeta;

/**
 * What a recovery asks of its node. Node-local: never crosses the wire. Every step and every
 * rollback can be asked for again, after a restart for one, and comes to the same. One that does
 * not answer within its limit counts as failed with unknown effect.
 */
public sealed interface RecoveryWork {
  /** Of which recovery. */
  String recoveryId();

  /**
   * Do the step, look whether it is done, answer.
   *
   * @param cause that it was asked for, in the journal: the cause of whatever it does
   */
  record Do(
      String recoveryId,
      RecoveryPlan plan,
      RecoveryPlan.Step step,
      int attempt,
      EventMeta cause,
      ActorRef<RecoveryStepOutcome> replyTo)
      implements RecoveryWork {}

  /**
   * Take it back. An effect that is not there, or never was, is a success.
   *
   * @param cause that it was asked for, in the journal: the cause of whatever it does
   */
  record Undo(
      String recoveryId,
      RecoveryPlan plan,
      RecoveryPlan.Step step,
      EventMeta cause,
      ActorRef<RecoveryStepOutcome> replyTo)
      implements RecoveryWork {}

  /** It is over. Answered once whoever has to know knows; said again until it is. */
  record Over(String recoveryId, RecoveryOutcome outcome, ActorRef<Done> replyTo)
      implements RecoveryWork {}
}
