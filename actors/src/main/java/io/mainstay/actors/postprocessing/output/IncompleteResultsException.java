package io.mainstay.actors.postprocessing.output;

/** The results of a session do not cover each of its documents once. No disk is at fault. */
public final class IncompleteResultsException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Says which document has no result, or two. */
  public IncompleteResultsException(String message) {
    super(message);
  }
}
