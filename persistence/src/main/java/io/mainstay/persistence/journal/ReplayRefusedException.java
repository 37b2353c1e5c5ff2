package io.mainstay.persistence.journal;

/** A state that cannot be told; the message names the entity, the event and the reason. */
public final class ReplayRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  ReplayRefusedException(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
