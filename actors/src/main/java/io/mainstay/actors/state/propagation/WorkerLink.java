package io.mainstay.actors.state.propagation;

import io.mainstay.protocol.state.StateEnvelope;
import java.util.function.BiConsumer;

/** The way to one incarnation of a worker. Thread-safe; does not block. */
public interface WorkerLink {
  /**
   * Tells the worker.
   *
   * @param onAnswer called at most once, from any thread: what came of it, and why it was refused;
   *     not called where it did not get through, so that it is told again
   */
  void publish(StateEnvelope told, BiConsumer<Outcome, String> onAnswer);

  /** Tells the worker that a session is over: it forgets it. Nothing comes back. */
  void sessionOver(String sessionId);
}
