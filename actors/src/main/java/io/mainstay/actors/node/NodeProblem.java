package io.mainstay.actors.node;

/** Why a node could not start, for the person who started it. */
public final class NodeProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String code;
  private final String remedy;

  /**
   * @param code stable name, such as {@code port_in_use}
   * @param message what, with value and cause
   * @param remedy what to do
   * @param cause may be null
   */
  public NodeProblem(String code, String message, String remedy, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.remedy = remedy;
  }

  /** Stable name. */
  public String code() {
    return code;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
