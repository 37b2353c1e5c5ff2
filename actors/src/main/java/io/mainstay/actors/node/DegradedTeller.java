package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.escalation.FrequencyWatch;

/**
 * Tells recovery whether a mode holds: what a fault weighs depends on it. That errors come often
 * makes none of them worse: it would not be tried again then, and more would come.
 */
final class DegradedTeller {
  private DegradedTeller() {}

  static Behavior<ModeChanged> create(ActorRef<RecoveryCommand> recovery) {
    return Behaviors.setup(
        ctx -> {
          InForce.subscribe(ctx.getSystem(), ctx.getSelf());
          recovery.tell(new RecoveryCommand.Degraded(weighs(InForce.of(ctx.getSystem()).view())));
          return Behaviors.receiveMessage(
              changed -> {
                recovery.tell(new RecoveryCommand.Degraded(weighs(changed.now())));
                return Behaviors.same();
              });
        });
  }

  static boolean weighs(ModeView view) {
    return view.active().stream().anyMatch(active -> !isOfFrequency(active));
  }

  private static boolean isOfFrequency(ModeView.Active active) {
    return !active.grounds().isEmpty()
        && active.grounds().stream()
            .allMatch(ground -> ground.source().equals(FrequencyWatch.SOURCE));
  }
}
