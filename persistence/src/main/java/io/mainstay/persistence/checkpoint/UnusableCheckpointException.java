package io.mainstay.persistence.checkpoint;

/** A checkpoint that a batch cannot go on from; the message says why. */
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
