package io.mainstay.persistence.recovery;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** What happened to a recovery. Names and fields only grow. */
public sealed interface RecoveryEvent extends CausedEvent {
  /** Durable from here on; its cause is the fault, if there is one. */
  record RecoveryBegun(EventMeta meta, String recoveryId, RecoveryPlan plan)
      implements RecoveryEvent {}

  /** The step is asked for. Journaled before it is; attempts count from 1. */
  record RecoveryStepBegun(EventMeta meta, int step, int attempt) implements RecoveryEvent {}

  /**
   * The step has had its effect.
   *
   * @param evidence what its check saw
   * @param enough true if the aim of the whole recovery is reached
   * @param sharedWith the recovery that did it for both; empty if this one did
   */
  record RecoveryStepDone(
      EventMeta meta, int step, String evidence, boolean enough, String sharedWith)
      implements RecoveryEvent {}

  /**
   * This attempt failed.
   *
   * @param effectUnknown it did not answer, so it may have had its effect
   */
  record RecoveryStepFailed(
      EventMeta meta, int step, int attempt, String code, String message, boolean effectUnknown)
      implements RecoveryEvent {}

  /** It is to be taken back: the steps that can be, in reverse. */
  record RecoveryTurnedBack(EventMeta meta, String code, String message) implements RecoveryEvent {}

  /** What takes the step back is asked for; attempts count from 1. */
  record RollbackBegun(EventMeta meta, int step, int attempt) implements RecoveryEvent {}

  /** The step's effect is gone. */
  record RollbackDone(EventMeta meta, int step, String evidence) implements RecoveryEvent {}

  /** This attempt did not take it back. */
  record RollbackFailed(EventMeta meta, int step, int attempt, String code, String message)
      implements RecoveryEvent {}

  /** A person had it begin; no fault did. Follows the beginning. */
  record RecoveryRequested(EventMeta meta, String by) implements RecoveryEvent {}

  /** A person had a stuck one go on taking back. */
  record RecoveryRedriven(EventMeta meta, String by) implements RecoveryEvent {}

  /** It is over; {@code code} and {@code message} say why it is not more than that. */
  record RecoveryEnded(EventMeta meta, RecoveryOutcome.End end, String code, String message)
      implements RecoveryEvent {}
}
