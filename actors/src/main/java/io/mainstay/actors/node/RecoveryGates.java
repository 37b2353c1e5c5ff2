package io.mainstay.actors.node;

import akka.actor.typed.Behavior;
import io.mainstay.actors.node.RecoverySequence.Component;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;

/** The gates of one life of a node's domains, one before each component. Thread-safe. */
final class RecoveryGates {
  private final Map<Component, RecoveryGate> gates = new EnumMap<>(Component.class);

  /**
   * All closed but the first one's, which leans on nothing.
   *
   * @param heldMax messages that may wait before each
   */
  RecoveryGates(int heldMax) {
    for (Component component : Component.values()) {
      gates.put(component, new RecoveryGate(heldMax));
    }
    gates.get(RecoverySequence.ORDER.get(0)).open();
  }

  /**
   * That behavior behind the gate of its component.
   *
   * @param work what waits there; what a look at the component needs is none
   */
  <M> Behavior<M> before(
      Component component, Class<M> type, Predicate<M> work, Behavior<M> behavior) {
    return gates.get(component).before(type, work, behavior);
  }

  /** All that it leans on is told of. */
  RecoveryGate.Opened open(Component component) {
    return gates.get(component).open();
  }
}
