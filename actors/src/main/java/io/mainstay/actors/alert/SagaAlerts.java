package io.mainstay.actors.alert;

import io.mainstay.persistence.saga.SagaWork;
import java.util.Optional;

/** What sagas want people to be told of, as alerts. Pure. */
public final class SagaAlerts {
  /** Kind of the alert of a saga whose compensation is stuck; its subject is the saga's id. */
  public static final String STUCK = "saga_stuck";

  private SagaAlerts() {}

  /** The alert command that the message amounts to; empty if it is work for a domain. */
  public static Optional<AlertCommand> of(SagaWork work) {
    if (work instanceof SagaWork.Stuck stuck) {
      return Optional.of(
          new AlertCommand.Raise(
              STUCK,
              stuck.sagaId(),
              "the saga "
                  + stuck.plan().sagaType()
                  + " "
                  + stuck.sagaId()
                  + " is stuck at "
                  + stuck.what()
                  + ": "
                  + stuck.message(),
              "Remove the cause, then 'mainstay sagas redrive "
                  + stuck.sagaId()
                  + "'; 'mainstay sagas show "
                  + stuck.sagaId()
                  + "' has each step",
              stuck.cause(),
              stuck.replyTo()));
    }
    if (work instanceof SagaWork.Settled settled) {
      return Optional.of(
          new AlertCommand.Clear(
              STUCK,
              settled.sagaId(),
              "the saga is compensated",
              settled.cause(),
              settled.replyTo()));
    }
    return Optional.empty();
  }
}
