package io.mainstay.persistence.transaction;

import java.time.Instant;

/**
 * A participant's answer to a commit, an abort or a release. Node-local.
 *
 * @param resourceStatus what became of what it held, such as {@code allocated}
 * @param code why it failed, or empty
 * @param message the same for people, or empty
 * @param at when it was carried out
 */
public record Acknowledgement(
    String transactionId,
    String participant,
    Result result,
    String resourceStatus,
    String code,
    String message,
    Instant at) {
  /** How it ended. */
  public enum Result {
    COMMITTED,
    ABORTED,
    RELEASED,
    /** Not carried out; it is asked again. */
    FAILED
  }

  /** It is carried out. */
  public static Acknowledgement of(
      String transactionId, String participant, Result result, String status, Instant at) {
    return new Acknowledgement(transactionId, participant, result, status, "", "", at);
  }

  /** It is not carried out. */
  public static Acknowledgement failed(
      String transactionId, String participant, String code, String message, Instant at) {
    return new Acknowledgement(transactionId, participant, Result.FAILED, "", code, message, at);
  }
}
