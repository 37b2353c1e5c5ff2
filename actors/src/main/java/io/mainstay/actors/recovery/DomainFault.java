package io.mainstay.actors.recovery;

/**
 * Thrown by an actor whose world is broken: the boundary around it turns this into a {@link Fault}
 * and a directive. A bad request is never thrown, it is answered.
 */
public final class DomainFault extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorNames error;

  /**
   * @param error which error of the catalog
   * @param evidence what was seen, one line with values
   * @param cause may be null
   */
  public DomainFault(ErrorNames error, String evidence, Throwable cause) {
    super(evidence, cause);
    this.error = error;
  }

  /** Which error of the catalog. */
  public ErrorNames error() {
    return error;
  }
}
