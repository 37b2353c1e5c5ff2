package io.mainstay.actors.postprocessing.text;

/** A worker answered, but with numbers that nobody may use. */
public final class UnusableOutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableOutputException(String message) {
    super(message);
  }
}
