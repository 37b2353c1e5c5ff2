package io.mainstay.actors.gateway;

import io.mainstay.actors.recovery.ErrorNames;

/**
 * Why a request was not done, as it travels inside a {@code StatusReply} between domains of one
 * node. A value, not a failure: it has no stack trace and reaches no supervisor. The gateway turns
 * it into {@link GatewayReply.Refused}, or {@link GatewayReply.Busy} when there is too much work.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String BUSY = "busy";

  private final String code;
  private final String remedy;
  private final long retryAfterMillis;

  private Refusal(String code, String message, String remedy, long retryAfterMillis) {
    super(message, null, false, false);
    this.code = code;
    this.remedy = remedy;
    this.retryAfterMillis = retryAfterMillis;
  }

  /**
   * A refusal that stands until something else changes.
   *
   * @param code stable name, lower case with underscores
   * @param message what was asked, value, bound and cause
   * @param remedy what to do about it
   */
  public static Refusal of(String code, String message, String remedy) {
    return new Refusal(code, message, remedy, 0);
  }

  /** A refusal under the name of an error of the catalog. */
  public static Refusal of(ErrorNames error, String message, String remedy) {
    return new Refusal(error.code(), message, remedy, 0);
  }

  /**
   * A refusal that passes: the same request may succeed after that many milliseconds.
   *
   * @param code stable name, another than that of {@link #busy}
   */
  public static Refusal later(String code, String message, String remedy, long retryAfterMillis) {
    return new Refusal(code, message, remedy, Math.max(1, retryAfterMillis));
  }

  /** Too much work at present; the same request may succeed after that many milliseconds. */
  public static Refusal busy(String message, long retryAfterMillis) {
    return new Refusal(
        BUSY,
        message,
        "Ask again after " + retryAfterMillis + " ms",
        Math.max(1, retryAfterMillis));
  }

  /** Stable name. */
  public String code() {
    return code;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }

  /** Whether there is too much work at present, and nothing else is wrong. */
  public boolean isBusy() {
    return code.equals(BUSY);
  }

  /** 0 unless asking again alone can help. */
  public long retryAfterMillis() {
    return retryAfterMillis;
  }

  /**
   * The refusal that a reply's error carries; one that carries another failure is named by the code
   * given.
   */
  public static Refusal from(Throwable error, String code) {
    return error instanceof Refusal refusal
        ? refusal
        : of(code, String.valueOf(error.getMessage()), "See the node's log for the cause");
  }
}
