package io.mainstay.actors.degradation.restoration;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.mainstay.actors.degradation.Lifted;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.Domain;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a way back tells the keeper of the modes. Thread-safe.
 *
 * @param within bound of each answer
 */
record ReturningModes(ActorSystem<?> system, ActorRef<ModeCommand> keeper, Duration within) {
  /** A component takes up its work again, and those before it keep theirs. */
  CompletionStage<Done> lift(List<ModeKey> keys, RestorationTest test) {
    if (test.lifts().isEmpty()) {
      return CompletableFuture.completedStage(Done.getInstance());
    }
    Set<Domain> domains = EnumSet.noneOf(Domain.class);
    for (RestorationTest each : RestorationPhase.COMPONENT_FUNCTIONALITY_RESTORATION.tests()) {
      each.lifts().filter(domain -> each.compareTo(test) <= 0).ifPresent(domains::add);
    }
    return AskPattern.ask(
        keeper,
        replyTo -> new ModeCommand.Lift(new Lifted(Set.copyOf(keys), domains), replyTo),
        within,
        system.scheduler());
  }

  /** Nothing is tried out any more. */
  void demandAll() {
    keeper.tell(new ModeCommand.Lift(Lifted.NOTHING, null));
  }

  /** All tests passed. */
  CompletionStage<ModeView> leave(List<ModeKey> keys, EventMeta cause) {
    return AskPattern.askWithStatus(
        keeper,
        replyTo ->
            new ModeCommand.Restored(keys, "all tests of the way back passed", cause, replyTo),
        within,
        system.scheduler());
  }

  /** What the node needs failed again. */
  void enterAgain(List<ModeKey> keys, String reason, EventMeta cause) {
    for (ModeKey key : keys) {
      keeper.tell(
          new ModeCommand.Enter(
              key, ModeTrigger.RELAPSE, RestorationLife.SOURCE, reason, cause, null));
    }
  }

  /** The ground of the relapse goes. */
  void takeBack(List<ModeKey> keys) {
    for (ModeKey key : keys) {
      keeper.tell(
          new ModeCommand.Leave(key, RestorationLife.SOURCE, "its way back is over", null, null));
    }
  }
}
