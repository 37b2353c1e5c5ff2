package io.mainstay.actors.postprocessing.picture;

/** The review queue takes no more pictures; the message says how many wait and what to do. */
public final class ReviewQueueFullException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the queue's own words. */
  public ReviewQueueFullException(String message) {
    super(message);
  }
}
