package io.mainstay.actors.recovery;

import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;

/**
 * How a domain supervisor wraps the children that it spawns: {@code boundary::guard} on a node. A
 * domain depends on this alone, so that its tests need no recovery domain.
 */
@FunctionalInterface
public interface ChildGuard {
  /** The child inside its supervision. */
  <M> Behavior<M> guard(Class<M> messageClass, Behavior<M> child);

  /** Restart with a short backoff, reported to nobody. */
  static ChildGuard restarting() {
    return new ChildGuard() {
      @Override
      public <M> Behavior<M> guard(Class<M> messageClass, Behavior<M> child) {
        return Behaviors.supervise(child)
            .onFailure(
                SupervisorStrategy.restartWithBackoff(
                    Duration.ofMillis(10), Duration.ofSeconds(2), 0.2));
      }
    };
  }
}
