package io.mainstay.actors.processing;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.WorkClass;
import java.util.HashMap;
import java.util.Map;

/**
 * Heap that transactions set aside out of the {@link HeapBudget} of the batches: at once or not at
 * all, so that nobody waits with a lock in hand. Confined to the supervisor.
 */
final class HeapRights {
  private final HeapBudget budget;
  private final long bytesMax;
  private final Map<String, HeapBudget.Share> held = new HashMap<>();

  /**
   * @param bytesMax the whole budget
   */
  HeapRights(HeapBudget budget, long bytesMax) {
    this.budget = budget;
    this.bytesMax = bytesMax;
  }

  /** True if it is granted, now or before. */
  boolean reserve(String key, WorkClass workClass, long bytes) {
    if (held.containsKey(key)) {
      return true;
    }
    if (bytes > bytesMax) {
      // The budget itself grants such a batch alone; a reservation would keep all others out.
      return false;
    }
    HeapBudget.Share share = budget.share(new HeapOwner.OfTransaction(key), workClass);
    if (!share.tryAcquire(new HeapClaim.Reservation(key), bytes)) {
      return false;
    }
    held.put(key, share);
    return true;
  }

  void free(String key) {
    HeapBudget.Share share = held.remove(key);
    if (share != null) {
      share.close();
    }
  }

  /** Claims that are a session's: transactions answer for theirs. */
  static Map<String, Long> ofSessions(Map<HeapOwner, Long> claims) {
    Map<String, Long> sessions = new HashMap<>();
    claims.forEach(
        (owner, bytes) -> {
          if (owner instanceof HeapOwner.OfSession session) {
            sessions.put(session.sessionId(), bytes);
          }
        });
    return sessions;
  }

  /** The other ones, by transaction. */
  static Map<String, Long> ofTransactions(Map<HeapOwner, Long> claims) {
    Map<String, Long> transactions = new HashMap<>();
    claims.forEach(
        (owner, bytes) -> {
          if (owner instanceof HeapOwner.OfTransaction transaction) {
            transactions.put(transaction.transactionId(), bytes);
          }
        });
    return transactions;
  }

  Refusal refusal(long bytes) {
    return Refusal.of(
        "heap_reserved",
        bytes
            + " bytes of heap were asked for; "
            + budget.granted()
            + " of "
            + bytesMax
            + " are given away",
        "Ask for less, wait until sessions end, or raise "
            + ProcessingSettings.PATH
            + ".pictures.heap-share-max");
  }
}
