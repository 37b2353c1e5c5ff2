package io.mainstay.actors.processing;

import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Heap that the batches of all runners of a node share, decided by a {@link HeapLedger}. Owned by
 * the supervisor of the runners. Thread-safe; nothing blocks.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "sessions",
    fields = "resources")
final class HeapBudget {
  private final Map<HeapClaim, CompletableFuture<Void>> waiting = new HashMap<>();

  /** Shares with claims, and these. */
  private final Map<Share, Set<HeapClaim>> holders = new HashMap<>();

  // Shares that can give back what they have and do not use, and how they are told.
  private final Map<Share, Runnable> asked = new HashMap<>();
  private final long bytes;
  private HeapLedger<HeapClaim> ledger;

  /**
   * @param bytes of all batches together
   */
  HeapBudget(long bytes) {
    this.bytes = bytes;
    this.ledger = HeapLedger.of(bytes);
  }

  /** The share of one runner, or of one transaction. */
  Share share(HeapOwner owner, WorkClass workClass) {
    return new Share(owner, workClass);
  }

  /** Bytes that they have, by owner. */
  synchronized Map<HeapOwner, Long> claims() {
    Map<HeapOwner, Long> bytes = new HashMap<>();
    holders.forEach(
        (share, claims) ->
            claims.forEach(claim -> bytes.merge(share.owner, ledger.held(claim), Long::sum)));
    bytes.values().removeIf(held -> held == 0);
    return bytes;
  }

  /** Gives back all that an owner had and left; harmless if that is nothing. */
  void release(HeapOwner owner) {
    List<Share> left;
    synchronized (this) {
      left = holders.keySet().stream().filter(share -> share.owner.equals(owner)).toList();
    }
    left.forEach(Share::close);
  }

  /** Bytes that batches have. */
  synchronized long granted() {
    return ledger.granted();
  }

  /** What one runner's batches have. Over when it is closed: the runner has ended. */
  final class Share {
    private final HeapOwner owner;
    private final WorkClass workClass;
    private boolean closed;

    private Share(HeapOwner owner, WorkClass workClass) {
      this.owner = owner;
      this.workClass = workClass;
    }

    /**
     * From now on told whenever a batch of a higher class has to wait: all that is at hand and not
     * begun is to be released, and asked for again.
     *
     * @param action quick; called on the thread of whoever asked for more
     */
    void whenWanted(Runnable action) {
      synchronized (HeapBudget.this) {
        if (!closed) {
          asked.put(this, action);
        }
      }
    }

    /** Bytes that the batches of all runners have, and may have. */
    long granted() {
      return HeapBudget.this.granted();
    }

    long budget() {
      return bytes;
    }

    /** Whether a batch of a higher class waits. */
    boolean isWanted() {
      synchronized (HeapBudget.this) {
        return ledger.waitsAbove(workClass);
      }
    }

    /**
     * Done when the batch may take that much, at once if that is nothing; never, if it is released
     * or closed before.
     */
    CompletionStage<Void> acquire(HeapClaim batch, long bytes) {
      if (bytes == 0) {
        return CompletableFuture.completedStage(null);
      }
      CompletableFuture<Void> granted = new CompletableFuture<>();
      List<CompletableFuture<Void>> served;
      List<Runnable> lower;
      synchronized (HeapBudget.this) {
        if (closed) {
          return granted;
        }
        holders.computeIfAbsent(this, share -> new HashSet<>()).add(batch);
        waiting.put(batch, granted);
        served = take(ledger.request(batch, workClass, bytes));
        lower = waiting.containsKey(batch) ? lowerThan(workClass) : List.of();
      }
      served.forEach(each -> each.complete(null));
      lower.forEach(Runnable::run);
      return granted;
    }

    /** Takes that much at once, or nothing: nobody is asked to give way, and nothing waits. */
    boolean tryAcquire(HeapClaim batch, long bytes) {
      synchronized (HeapBudget.this) {
        HeapLedger.Decision<HeapClaim> asked = ledger.request(batch, workClass, bytes);
        if (closed || !asked.granted().equals(List.of(batch))) {
          return false;
        }
        ledger = asked.next();
        holders.computeIfAbsent(this, share -> new HashSet<>()).add(batch);
        return true;
      }
    }

    /** The batch is stored or given up. Harmless if it has nothing. */
    void release(HeapClaim batch) {
      List<CompletableFuture<Void>> served;
      synchronized (HeapBudget.this) {
        forget(batch);
        waiting.remove(batch);
        served = take(ledger.release(batch));
      }
      served.forEach(each -> each.complete(null));
    }

    /** Gives everything back; nothing is granted from now on. */
    void close() {
      List<HeapClaim> all;
      synchronized (HeapBudget.this) {
        closed = true;
        asked.remove(this);
        all = List.copyOf(holders.getOrDefault(this, Set.of()));
      }
      all.forEach(this::release);
    }

    private void forget(HeapClaim batch) {
      Set<HeapClaim> claims = holders.getOrDefault(this, Set.of());
      if (claims.contains(batch)) {
        claims.remove(batch);
        if (claims.isEmpty()) {
          holders.remove(this);
        }
      }
    }
  }

  private List<Runnable> lowerThan(WorkClass workClass) {
    return asked.entrySet().stream()
        .filter(entry -> entry.getKey().workClass.compareTo(workClass) > 0)
        .map(Map.Entry::getValue)
        .toList();
  }

  private List<CompletableFuture<Void>> take(HeapLedger.Decision<HeapClaim> decision) {
    ledger = decision.next();
    return decision.granted().stream().map(waiting::remove).toList();
  }
}
