package io.mainstay.actors.postprocessing.picture;

import java.io.IOException;

/** The review queue did not answer; the message says for how long it was waited for. */
public final class ReviewsUnansweredException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With what came instead of an answer. */
  public ReviewsUnansweredException(String message, Throwable cause) {
    super(message, cause);
  }
}
