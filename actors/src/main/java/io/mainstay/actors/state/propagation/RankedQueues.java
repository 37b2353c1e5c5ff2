package io.mainstay.actors.state.propagation;

import io.mainstay.actors.state.cache.CacheKey;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What waits to be propagated: a bounded queue for each rank. The next is the first of the most
 * urgent rank that the {@link SequentialGate} lets go; what it waits for goes in its stead if that
 * waits too, whatever its own rank. Measurements of one thing take one place: the last one wins, in
 * the place of the first. Of what a ledger has set aside for one owner one is on its way at a time.
 * Policies have a place even in a full queue. Confined to its owner; no clock and no actor in it.
 */
final class RankedQueues {
  /** What became of an offer. */
  enum Offered {
    /** It waits. */
    QUEUED,
    /** It waits in the place of an earlier one, which nobody needs any more. */
    CONFLATED,
    /** The queue of its rank is full. */
    FULL
  }

  private final QueueLimits limits;
  private final SequentialGate gate = new SequentialGate();
  private final Map<Rank, LinkedHashMap<Long, Change>> waiting = new EnumMap<>(Rank.class);
  private final Map<Long, Change> byId = new HashMap<>();
  private final Map<CacheKey, Long> conflatable = new HashMap<>();
  private final Set<CacheKey> levels = new HashSet<>();
  private long conflated;

  RankedQueues(QueueLimits limits) {
    this.limits = limits;
    for (Rank rank : Rank.values()) {
      waiting.put(rank, new LinkedHashMap<>());
    }
  }

  /** Takes a change in, if there is room. */
  Offered offer(Change change) {
    LinkedHashMap<Long, Change> queue = waiting.get(change.rank());
    if (change.conflates()) {
      Long earlier = conflatable.get(change.key());
      if (earlier != null && byId.get(earlier).rank() == change.rank()) {
        Change later = change.inPlaceOf(earlier); // The place, and its spot at the gate.
        queue.put(earlier, later);
        byId.put(earlier, later);
        conflated++;
        return Offered.CONFLATED;
      }
    }
    if (queue.size() >= limits.of(change.rank()) && !change.lasts()) {
      return Offered.FULL;
    }
    queue.put(change.id(), change);
    byId.put(change.id(), change);
    if (change.conflates()) {
      conflatable.put(change.key(), change.id());
    }
    gate.enter(change);
    return Offered.QUEUED;
  }

  /** Takes the next one out, if any may go. It stays open until it is {@link #complete}. */
  Optional<Change> poll() {
    for (Rank rank : Rank.values()) {
      Iterator<Map.Entry<Long, Change>> queue = waiting.get(rank).entrySet().iterator();
      while (queue.hasNext()) {
        Map.Entry<Long, Change> first = queue.next();
        Optional<Long> goes = unblocked(first.getKey());
        if (goes.isPresent()) {
          return Optional.of(take(goes.get()));
        }
      }
    }
    return Optional.empty();
  }

  /** The place itself, or that of what it waits for; empty if that is on its way already. */
  private Optional<Long> unblocked(long place) {
    long at = place;
    while (true) {
      if (levels.contains(byId.get(at).key())) {
        return Optional.empty();
      }
      Optional<Long> blocker = gate.blocker(byId.get(at));
      if (blocker.isEmpty()) {
        return Optional.of(at);
      }
      if (!byId.containsKey(blocker.get())) {
        return Optional.empty();
      }
      at = blocker.get();
    }
  }

  private Change take(long place) {
    Change change = byId.remove(place);
    waiting.get(change.rank()).remove(place);
    if (change.conflates()) {
      conflatable.remove(change.key(), place);
    }
    if (change.isLevel()) {
      levels.add(change.key());
    }
    return change;
  }

  /** The change was confirmed by all, or given up: what waits for it may go. */
  void complete(Change change) {
    gate.leave(change);
    if (change.isLevel()) {
      levels.remove(change.key());
    }
  }

  /** All that wait, in no order. */
  Collection<Change> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** How many wait at that rank. */
  int waiting(Rank rank) {
    return waiting.get(rank).size();
  }

  /** How many wait. */
  int waiting() {
    return byId.size();
  }

  /** How many were made superfluous by later ones. */
  long conflated() {
    return conflated;
  }
}
