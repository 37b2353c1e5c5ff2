package io.mainstay.actors.model;

/**
 * A model that was asked for and cannot be had. Travels as the error of a {@code StatusReply};
 * carries no stack trace, since nothing broke here.
 */
public final class ModelRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final String summary;
  private final String remedy;

  ModelRefusal(String code, String summary, String remedy) {
    super(code + ": " + summary + ". " + remedy, null, false, false);
    this.code = code;
    this.summary = summary;
    this.remedy = remedy;
  }

  /** Stable; one of {@link ModelFaultCode}, or the code of the domain that refused. */
  public String code() {
    return code;
  }

  /** What was asked and why it cannot be. */
  public String summary() {
    return summary;
  }

  /** What to do. */
  public String remedy() {
    return remedy;
  }
}
