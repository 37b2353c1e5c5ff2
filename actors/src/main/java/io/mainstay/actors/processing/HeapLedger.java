package io.mainstay.actors.processing;

import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who has how much of a budget of heap, and who waits for it. Pure and immutable: the highest class
 * is served first, then in order of request, and nobody overtakes the first that waits. What is
 * larger than the whole budget is granted alone.
 *
 * @param <K> identifies a claim
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "resources",
    fields = "planning")
final class HeapLedger<K> {
  /** Claims that are granted now, and the ledger after it. */
  record Decision<K>(List<K> granted, HeapLedger<K> next) {}

  private record Claim<K>(K key, WorkClass workClass, long bytes, long order) {}

  private final long budget;
  private final SortedSet<Claim<K>> waiting;
  private final Map<K, Long> held;
  private final long requests;

  private HeapLedger(long budget, SortedSet<Claim<K>> waiting, Map<K, Long> held, long requests) {
    this.budget = budget;
    this.waiting = waiting;
    this.held = held;
    this.requests = requests;
  }

  /**
   * @param budget bytes
   */
  static <K> HeapLedger<K> of(long budget) {
    Comparator<Claim<K>> byClass = Comparator.comparing(Claim::workClass);
    return new HeapLedger<>(
        budget, new TreeSet<>(byClass.thenComparingLong(Claim::order)), Map.of(), 0);
  }

  /** Bytes that are granted. */
  long granted() {
    return held.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Bytes that this claim was granted; 0 for none. */
  long held(K key) {
    return held.getOrDefault(key, 0L);
  }

  /** Whether a claim of a higher class waits: it is served before any of this one. */
  boolean waitsAbove(WorkClass workClass) {
    return !waiting.isEmpty() && waiting.first().workClass().compareTo(workClass) < 0;
  }

  /** Asks for that many bytes; a key that is granted is granted again as it is. */
  Decision<K> request(K key, WorkClass workClass, long bytes) {
    if (held.containsKey(key)) {
      return new Decision<>(List.of(key), this);
    }
    SortedSet<Claim<K>> more = new TreeSet<>(waiting);
    more.removeIf(claim -> claim.key().equals(key));
    more.add(new Claim<>(key, workClass, bytes, requests));
    return new HeapLedger<>(budget, more, held, requests + 1).decide();
  }

  /** Gives back what was granted, or waits no more. */
  Decision<K> release(K key) {
    SortedSet<Claim<K>> fewer = new TreeSet<>(waiting);
    fewer.removeIf(claim -> claim.key().equals(key));
    Map<K, Long> rest = new HashMap<>(held);
    rest.remove(key);
    return new HeapLedger<>(budget, fewer, rest, requests).decide();
  }

  private Decision<K> decide() {
    List<K> granted = new ArrayList<>();
    SortedSet<Claim<K>> rest = new TreeSet<>(waiting);
    Map<K, Long> more = new HashMap<>(held);
    long used = granted();
    for (Claim<K> next : waiting) {
      if (used > 0 && next.bytes() > budget - used) {
        break;
      }
      used += next.bytes();
      granted.add(next.key());
      more.put(next.key(), next.bytes());
      rest.remove(next);
    }
    return new Decision<>(List.copyOf(granted), new HeapLedger<>(budget, rest, more, requests));
  }
}
