package io.mainstay.actors.processing.image.latents;

/** Bytes that nothing can go on from. The batch begins anew; the message says why. */
public final class CheckpointRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    NOT_A_CHECKPOINT,
    NEWER_VERSION,
    TRUNCATED,
    BAD_CHECKSUM,
    MALFORMED,
    OTHER_FINGERPRINT
  }

  private final Reason reason;

  CheckpointRefusedException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
