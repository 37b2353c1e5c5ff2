package io.mainstay.actors.recovery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Failures that actors of a node act out, to see their supervision work: an actor that is told to
 * fails with the next message that comes to it, as it would by a defect. The message is lost with
 * it. Owned by the node; arms only where fault injection is on. Thread-safe.
 */
public final class ActorDrill {
  private final boolean allowed;
  private final Map<String, Integer> armed = new ConcurrentHashMap<>();

  /**
   * A drill in which nobody fails yet.
   *
   * @param allowed whether failures can be armed
   */
  public ActorDrill(boolean allowed) {
    this.allowed = allowed;
  }

  /** Whether failures can be armed. */
  public boolean isAllowed() {
    return allowed;
  }

  /**
   * Has an actor fail.
   *
   * @param component path of the actor, without the address of its node
   * @param times with so many messages, the first of them the next one; at least 1
   * @throws IllegalStateException if failures cannot be armed
   */
  public void arm(String component, int times) {
    if (!allowed) {
      throw new IllegalStateException("fault injection is off");
    }
    if (times < 1) {
      throw new IllegalArgumentException("times " + times + " is below 1");
    }
    armed.put(component, times);
  }

  /** Nobody fails any more: those who were to are not there. */
  public void clear() {
    armed.clear();
  }

  /**
   * Called for every message, before the actor gets it.
   *
   * @throws IllegalStateException if the actor is to fail
   */
  void act(String component) {
    if (armed.isEmpty()) {
      return;
    }
    boolean[] fails = new boolean[1];
    armed.computeIfPresent(
        component,
        (path, left) -> {
          fails[0] = true;
          return left == 1 ? null : left - 1;
        });
    if (fails[0]) {
      throw new IllegalStateException(component + " was told to fail");
    }
  }
}
