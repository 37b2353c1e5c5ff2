package io.mainstay.actors.model.load;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.alert.SagaAlerts;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.persistence.saga.SagaWork;

/**
 * Takes the work of sagas on this node and hands it to the domain that owns the plan. It is the
 * reference that {@code Sagas.start} wants; it keeps no state.
 */
public final class SagaDesk {
  private SagaDesk() {}

  /**
   * Plans there are today: model loads.
   *
   * @param alerts told of sagas that are stuck, and of those that are not any more
   */
  public static Behavior<SagaWork> create(
      ActorRef<ModelCommand> models, ActorRef<AlertCommand> alerts) {
    return Behaviors.receiveMessage(
        work -> {
          SagaAlerts.of(work)
              .ifPresentOrElse(alerts::tell, () -> models.tell(new ModelCommand.CarryOut(work)));
          return Behaviors.same();
        });
  }
}
