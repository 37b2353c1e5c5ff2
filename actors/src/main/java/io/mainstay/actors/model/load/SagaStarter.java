package io.mainstay.actors.model.load;

import io.mainstay.persistence.saga.SagaOutcome;
import io.mainstay.persistence.saga.SagaPlan;
import java.util.concurrent.CompletionStage;

/** How the model domain has a load carried through durably. */
public interface SagaStarter {
  /** A fresh id for a saga. */
  String nextId();

  /**
   * Starts the saga and completes with how it ended. Bounded: fails when the end is not known in
   * time; the saga itself then still ends as completed, compensated or stuck.
   */
  CompletionStage<SagaOutcome> carryThrough(String sagaId, SagaPlan.ModelLoad plan);
}
