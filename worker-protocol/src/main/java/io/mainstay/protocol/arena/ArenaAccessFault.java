package io.mainstay.protocol.arena;

/**
 * Shared memory that is ours could not be read or written: its file was cut short. The one who can
 * do that is the worker, so this is held against the worker.
 */
public final class ArenaAccessFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ArenaAccessFault(String message, Throwable cause) {
    super(message, cause);
  }
}
