package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.recovery.RecoveryCommand;

/** Tells recovery whether a mode holds: what a fault weighs depends on it. */
final class DegradedTeller {
  private DegradedTeller() {}

  static Behavior<ModeChanged> create(ActorRef<RecoveryCommand> recovery) {
    return Behaviors.setup(
        ctx -> {
          InForce.subscribe(ctx.getSystem(), ctx.getSelf());
          recovery.tell(new RecoveryCommand.Degraded(!InForce.on(ctx.getSystem()).none()));
          return Behaviors.receiveMessage(
              changed -> {
                recovery.tell(new RecoveryCommand.Degraded(!changed.now().active().isEmpty()));
                return Behaviors.same();
              });
        });
  }
}
