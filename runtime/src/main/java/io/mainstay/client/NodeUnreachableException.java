package io.mainstay.client;

/** No node answers there, or it stopped answering in time. */
public final class NodeUnreachableException extends ClientException {
  private static final long serialVersionUID = 1L;

  NodeUnreachableException(String message, String remedy, Throwable cause) {
    super(message, remedy, cause);
  }
}
