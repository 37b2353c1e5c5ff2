package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.escalation.FrequencyWatch;
import java.util.Set;

/**
 * Tells recovery whether a mode holds: what a fault weighs depends on it. That errors come often
 * makes none of them worse: it would not be tried again then, and more would come. So a node that
 * is degraded for that alone, or was until a moment ago, weighs them as before.
 */
final class DegradedTeller {
  private static final Set<ModeTrigger> FREQUENCY = Set.of(ModeTrigger.ERROR_FREQUENCY);

  private DegradedTeller() {}

  static Behavior<ModeView> create(ActorRef<RecoveryCommand> recovery) {
    return Behaviors.setup(
        ctx -> {
          InForce.subscribeViews(ctx.getSystem(), ctx.getSelf());
          recovery.tell(new RecoveryCommand.Degraded(weighs(InForce.of(ctx.getSystem()).view())));
          return Behaviors.receiveMessage(
              now -> {
                recovery.tell(new RecoveryCommand.Degraded(weighs(now)));
                return Behaviors.same();
              });
        });
  }

  /** Whether faults weigh more. Pure. */
  static boolean weighs(ModeView view) {
    return view.active().stream().anyMatch(active -> !isOfFrequency(active));
  }

  /** While it is being left it has no ground, and holds for what led to it. */
  private static boolean isOfFrequency(ModeView.Active active) {
    boolean grounded =
        !active.grounds().isEmpty()
            && active.grounds().stream()
                .map(ModeView.Ground::trigger)
                .allMatch(FREQUENCY::contains);
    return active.key().equals(FrequencyWatch.MODE)
        && !active.triggers().contains(ModeTrigger.OPERATOR)
        && (grounded || active.grounds().isEmpty() && active.triggers().equals(FREQUENCY));
  }
}
