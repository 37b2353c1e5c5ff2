package io.mainstay.actors.gateway;

import java.util.concurrent.atomic.AtomicReference;

/** How far a node is in its life, as its status says. Set by the node's guardian. Thread-safe. */
public final class NodePhase {
  /** In the order of a life. */
  public enum Phase {
    STARTING,
    READY,
    STOPPING
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);

  /** It takes work. A node that stops already stays so. */
  public void ready() {
    phase.compareAndSet(Phase.STARTING, Phase.READY);
  }

  /** It was asked to stop. */
  public void stopping() {
    phase.set(Phase.STOPPING);
  }

  /** Where it is now. */
  public Phase now() {
    return phase.get();
  }
}
