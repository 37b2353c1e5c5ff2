package io.mainstay.actors.transaction;

import io.mainstay.persistence.transaction.ParticipantCommand;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One command of each transaction at a time; a few more of it wait. Confined to its participant.
 */
final class CommandQueues {
  private static final int QUEUED_MAX = 8;

  private final Map<String, Deque<ParticipantCommand>> waiting = new HashMap<>();

  /** Whether it begins now; otherwise it waits, or is dropped where too many do. */
  boolean take(ParticipantCommand command) {
    Deque<ParticipantCommand> queue = waiting.get(command.transactionId());
    if (queue == null) {
      waiting.put(command.transactionId(), new ArrayDeque<>());
      return true;
    }
    if (queue.size() < QUEUED_MAX) {
      queue.add(command);
    }
    return false;
  }

  /** The present one of that transaction is answered; the next one begins. */
  Optional<ParticipantCommand> over(String transactionId) {
    Deque<ParticipantCommand> queue = waiting.get(transactionId);
    ParticipantCommand next = queue == null ? null : queue.poll();
    if (next == null) {
      waiting.remove(transactionId);
    }
    return Optional.ofNullable(next);
  }

  /** Transactions that are worked on. */
  Set<String> busy() {
    return Collections.unmodifiableSet(waiting.keySet());
  }
}
