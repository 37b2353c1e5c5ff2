package io.mainstay.persistence.saga;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** What happened to a saga. Names and fields only grow. */
public sealed interface SagaEvent extends CausedEvent {
  /** Durable from here on: it will end as completed, compensated or stuck. */
  record SagaStarted(EventMeta meta, String sagaId, SagaPlan plan) implements SagaEvent {}

  /** The step is asked for. Journaled before it is sent. */
  record StepStarted(EventMeta meta, SagaStep step) implements SagaEvent {}

  /** The step's effect is there; {@code evidence} is what its check saw. */
  record StepSucceeded(EventMeta meta, SagaStep step, String evidence) implements SagaEvent {}

  /**
   * The step did not succeed.
   *
   * @param effectUnknown it did not answer, so it may have had its effect and is compensated too
   */
  record StepFailed(
      EventMeta meta, SagaStep step, String code, String message, boolean effectUnknown)
      implements SagaEvent {}

  /** The compensation of a step is asked for; attempts count from 1. */
  record CompensationStarted(EventMeta meta, SagaStep step, int attempt) implements SagaEvent {}

  /** The step's effect is gone. */
  record CompensationSucceeded(EventMeta meta, SagaStep step, String evidence)
      implements SagaEvent {}

  /** This attempt did not take the effect back. */
  record CompensationFailed(EventMeta meta, SagaStep step, int attempt, String code, String message)
      implements SagaEvent {}

  /** Everything is said to be taken back; whether it is so is asked now. Attempts count from 1. */
  record VerificationStarted(EventMeta meta, int attempt) implements SagaEvent {}

  /** Nothing of it is left in any of the services; {@code evidence} is what was compared. */
  record ReleaseVerified(EventMeta meta, String evidence) implements SagaEvent {}

  /** Something is left, or cannot be looked at: every step is taken back once more. */
  record ReleaseIncomplete(EventMeta meta, int attempt, String code, String message)
      implements SagaEvent {}

  /** Somebody had a stuck saga go on taking back, from where it stuck; attempts count anew. */
  record SagaRedriven(EventMeta meta, String by) implements SagaEvent {}

  /** Every step succeeded. */
  record SagaCompleted(EventMeta meta) implements SagaEvent {}

  /** Everything it did is taken back; {@code code} and {@code message} say why. */
  record SagaCompensated(EventMeta meta, String code, String message) implements SagaEvent {}

  /**
   * A compensation failed as often as allowed: a person must look.
   *
   * @param step whose compensation it is, or null where something was left after all of them
   */
  record SagaStuck(EventMeta meta, SagaStep step, String code, String message)
      implements SagaEvent {}
}
