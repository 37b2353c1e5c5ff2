package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.persistence.session.SessionWork;

/**
 * The address that session entities ask for runners. It exists before the sharding region and
 * outlives restarts of the processing domain; what comes while the domain is away, entities ask
 * again.
 */
public final class SessionWorkIntake {
  private SessionWorkIntake() {}

  /** Hands everything to the processing domain. */
  public static Behavior<SessionWork> create(ActorRef<ProcessingCommand> processing) {
    return Behaviors.receiveMessage(
        work -> {
          processing.tell(new ProcessingCommand.CarryOut(work));
          return Behaviors.same();
        });
  }
}
