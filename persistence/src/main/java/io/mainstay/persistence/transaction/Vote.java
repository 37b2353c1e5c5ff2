package io.mainstay.persistence.transaction;

import java.util.List;

/**
 * A participant's answer to a prepare. Node-local.
 *
 * @param commit it holds everything durably and will commit or roll back as it is told
 * @param locks that it took; empty when it refuses
 * @param code why it refuses, or empty
 * @param message the same for people, or empty
 * @param remedy what to do about it, or empty
 */
public record Vote(
    String transactionId,
    String participant,
    boolean commit,
    List<String> locks,
    String code,
    String message,
    String remedy) {
  /** How an operator reads a vote to commit. */
  public static final String CONFIRMED = "confirmed";

  public Vote {
    locks = List.copyOf(locks);
  }

  /** It is ready. */
  public static Vote commit(String transactionId, String participant, List<String> locks) {
    return new Vote(transactionId, participant, true, locks, "", "", "");
  }

  /** It cannot, and holds nothing. */
  public static Vote abort(
      String transactionId, String participant, String code, String message, String remedy) {
    return new Vote(transactionId, participant, false, List.of(), code, message, remedy);
  }
}
