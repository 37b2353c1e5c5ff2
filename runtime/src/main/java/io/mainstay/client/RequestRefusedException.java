package io.mainstay.client;

import java.time.Duration;

/** The request is wrong, or cannot be carried out as things are. Nothing was changed. */
public final class RequestRefusedException extends ClientException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final Duration retryAfter;

  RequestRefusedException(String code, String message, String remedy) {
    this(code, message, remedy, Duration.ZERO);
  }

  RequestRefusedException(String code, String message, String remedy, Duration retryAfter) {
    super(message, remedy, null);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** When it makes sense to ask for the same again; zero unless that alone can help. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** Stable, for programs. */
  public String code() {
    return code;
  }
}
