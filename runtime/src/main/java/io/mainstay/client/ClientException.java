package io.mainstay.client;

/** Something asked of a node did not happen. Says what and why, and what to do. */
public abstract sealed class ClientException extends RuntimeException
    permits NodeUnreachableException, NodeBusyException, RequestRefusedException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  ClientException(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What the caller can do about it. */
  public String remedy() {
    return remedy;
  }
}
