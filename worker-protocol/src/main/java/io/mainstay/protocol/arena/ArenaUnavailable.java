package io.mainstay.protocol.arena;

import java.io.IOException;

/**
 * An arena could not be made; the message says why and what to do. Nothing of it is left behind.
 */
public final class ArenaUnavailable extends IOException {
  private static final long serialVersionUID = 1L;

  public ArenaUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
