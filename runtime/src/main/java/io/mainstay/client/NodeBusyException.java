package io.mainstay.client;

import java.time.Duration;

/** The node takes no more work now; nothing was accepted. */
public final class NodeBusyException extends ClientException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  NodeBusyException(String message, Duration retryAfter) {
    super(message, "ask again in " + retryAfter.toMillis() + " ms", null);
    this.retryAfter = retryAfter;
  }

  /** When it makes sense to ask again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
