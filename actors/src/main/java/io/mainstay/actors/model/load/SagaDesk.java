package io.mainstay.actors.model.load;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.persistence.saga.SagaWork;

/**
 * Takes the work of sagas on this node and hands it to the domain that owns the plan. It is the
 * reference that {@code Sagas.start} wants; it keeps no state.
 */
public final class SagaDesk {
  private SagaDesk() {}

  /** Plans there are today: model loads. */
  public static Behavior<SagaWork> create(ActorRef<ModelCommand> models) {
    return Behaviors.receiveMessage(
        work -> {
          models.tell(new ModelCommand.CarryOut(work));
          return Behaviors.same();
        });
  }
}
