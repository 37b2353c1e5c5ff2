package io.mainstay.actors.state.propagation;

import io.mainstay.protocol.state.StateEnvelope;
import java.util.function.BiConsumer;

/** The way to one incarnation of a worker. Thread-safe; does not block. */
@FunctionalInterface
public interface WorkerLink {
  /**
   * Tells the worker.
   *
   * @param onAnswer called exactly once, from any thread: what came of it, and why it was refused
   */
  void publish(StateEnvelope told, BiConsumer<Outcome, String> onAnswer);
}
