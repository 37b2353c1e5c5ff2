package io.mainstay.actors.state.cache;

import io.mainstay.actors.state.StateKind;
import io.mainstay.protocol.state.StateMessage;

/**
 * Which piece of state.
 *
 * @param source device of the worker that owns it, or {@code node} for the orchestrator
 * @param kind of message that tells it
 * @param subject what it is about
 */
public record CacheKey(String source, StateKind kind, String subject) {
  /** Stands for the orchestrator where a device would stand for its worker. */
  public static final String NODE = "node";

  /** Whether it is about that subject, such as a session, or a part of it. */
  public boolean isOf(String whole) {
    return subject.equals(whole) || subject.startsWith(whole + "/");
  }

  /** The key of what that message tells. */
  public static CacheKey of(String source, StateMessage message) {
    StateKind kind = StateKind.of(message);
    return new CacheKey(source, kind, kind.subject(message));
  }
}
