package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Keeps work from a component until those that it leans on are back: what comes before waits here,
 * up to a bound, and is handed over in its order when the gate opens. What is no work passes.
 * Thread-safe: one actor opens it, others come to it.
 */
final class RecoveryGate {
  private final int heldMax;
  private final List<Runnable> held = new ArrayList<>();
  private boolean open;
  private int turnedAway;

  /**
   * What became of what came too early.
   *
   * @param handedOver messages
   * @param turnedAway messages beyond the bound: who asked asks again, or is told by its own bound
   */
  record Opened(int handedOver, int turnedAway) {}

  /**
   * @param heldMax messages that may wait
   */
  RecoveryGate(int heldMax) {
    this.heldMax = heldMax;
  }

  /** That behavior behind this gate. */
  <M> Behavior<M> before(Class<M> type, Predicate<M> work, Behavior<M> behavior) {
    return Behaviors.intercept(() -> new Keeper<>(type, work), behavior);
  }

  /** What waits is handed over; from now on everything passes. Opened again it does nothing. */
  Opened open() {
    List<Runnable> waiting;
    Opened opened;
    synchronized (this) {
      opened = new Opened(held.size(), turnedAway);
      waiting = List.copyOf(held);
      held.clear();
      turnedAway = 0;
      open = true;
      // Inside, so that nothing that comes now overtakes them.
      waiting.forEach(Runnable::run);
    }
    return opened;
  }

  /** Whether it passes; otherwise it waits, or there was no room. */
  private synchronized <M> boolean passes(ActorRef<M> self, M message) {
    if (open) {
      return true;
    }
    if (held.size() < heldMax) {
      held.add(() -> self.tell(message));
    } else {
      turnedAway++;
    }
    return false;
  }

  private final class Keeper<M> extends BehaviorInterceptor<M, M> {
    private final Predicate<M> work;

    Keeper(Class<M> type, Predicate<M> work) {
      super(type);
      this.work = work;
    }

    @Override
    public Behavior<M> aroundReceive(TypedActorContext<M> ctx, M message, ReceiveTarget<M> target) {
      return work.test(message) && !passes(ctx.asJava().getSelf(), message)
          ? Behaviors.same()
          : target.apply(ctx, message);
    }
  }
}
