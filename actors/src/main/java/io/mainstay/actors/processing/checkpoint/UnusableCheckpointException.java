package io.mainstay.actors.processing.checkpoint;

/** A checkpoint that a batch cannot go on from; the message says why. The batch begins anew. */
public final class UnusableCheckpointException extends Exception {
  private static final long serialVersionUID = 1L;

  /** For that reason. */
  public UnusableCheckpointException(String message) {
    super(message);
  }

  /** For that reason, with what was found. */
  public UnusableCheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
