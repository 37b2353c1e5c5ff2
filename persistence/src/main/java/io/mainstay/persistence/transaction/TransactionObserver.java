package io.mainstay.persistence.transaction;

import java.util.List;

/**
 * Is shown every message and every journal write of transactions on this node, at the place where
 * it happens and before the next step. In production it does nothing; a test that ends processes
 * exactly there puts another one in its place. Called on actor threads: must not block for long.
 */
@FunctionalInterface
public interface TransactionObserver {
  /** Sees nothing. */
  TransactionObserver NONE = (point, transactionId, subject) -> {};

  /** Where it is called. */
  enum Point {
    /** A command goes to a participant; the subject is the command and the participant. */
    TELL,
    /** Somebody took a command, before he acts: a participant, or the coordinator itself. */
    TAKE,
    /** A participant's answer reached the coordinator, or the outcome one that asked for it. */
    ANSWER,
    /** Events are about to be written; the subject names them. */
    WRITE,
    /** They are durable, and nobody was told yet. */
    WRITTEN
  }

  /**
   * It happens now.
   *
   * @param subject such as {@code Prepare memory_service}, {@code Voted+Decided} or {@code
   *     WorkPrepared memory_service}
   */
  void at(Point point, String transactionId, String subject);

  /** Names of events, as one subject. */
  static String names(List<?> events) {
    StringBuilder names = new StringBuilder();
    for (Object event : events) {
      names.append(names.length() == 0 ? "" : "+").append(event.getClass().getSimpleName());
    }
    return names.toString();
  }
}
