package io.mainstay.client;

/** The request is wrong, or cannot be carried out as things are. Nothing was changed. */
public final class RequestRefusedException extends ClientException {
  private static final long serialVersionUID = 1L;

  private final String code;

  RequestRefusedException(String code, String message, String remedy) {
    super(message, remedy, null);
    this.code = code;
  }

  /** Stable, for programs. */
  public String code() {
    return code;
  }
}
