package io.mainstay.actors.degradation.restoration;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How far a node is on its way back. Written by its {@link Restoration} alone; read by whoever
 * admits work, and by whoever shows it. One for each actor system; where there is no way back, all
 * work is taken. Thread-safe.
 */
public final class ReturnInForce implements Extension {
  private static final ExtensionId<ReturnInForce> ID =
      new ExtensionId<>() {
        @Override
        public ReturnInForce createExtension(ActorSystem<?> system) {
          return new ReturnInForce();
        }
      };

  private final AtomicReference<ReturnView> view = new AtomicReference<>(ReturnView.NONE);

  private ReturnInForce() {}

  /** Of that node. */
  public static ReturnInForce of(ActorSystem<?> system) {
    return system.registerExtension(ID);
  }

  /** How far it is. */
  public ReturnView view() {
    return view.get();
  }

  void set(ReturnView now) {
    view.set(now);
  }
}
