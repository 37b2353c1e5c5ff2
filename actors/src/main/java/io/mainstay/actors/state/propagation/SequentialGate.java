package io.mainstay.actors.state.propagation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds back what must not be propagated yet: a step of a {@link Sequence} waits while an earlier
 * step of the same order, about the same device, is not complete. Decides by what is open, not by
 * who came first. No two messages wait for each other, because the steps of both orders have one
 * rising order in common. Confined to its owner; no clock and no actor in it.
 */
final class SequentialGate {
  private record Spot(String scope, Sequence sequence, int position) {}

  private final Map<Spot, TreeSet<Long>> open = new HashMap<>();
  private final Map<String, Integer> scopes = new HashMap<>();

  /** From now on the change is open. */
  void enter(Change change) {
    for (Sequence.Step step : change.steps()) {
      for (String scope : change.scopes()) {
        Spot spot = new Spot(scope, step.sequence(), step.position());
        if (open.computeIfAbsent(spot, none -> new TreeSet<>()).add(change.id())) {
          scopes.merge(scope, 1, Integer::sum);
        }
      }
    }
  }

  /** It is complete: confirmed, or given up. */
  void leave(Change change) {
    for (Sequence.Step step : change.steps()) {
      for (String scope : change.scopes()) {
        Spot spot = new Spot(scope, step.sequence(), step.position());
        TreeSet<Long> ids = open.get(spot);
        if (ids != null && ids.remove(change.id())) {
          if (ids.isEmpty()) {
            open.remove(spot);
          }
          scopes.computeIfPresent(scope, (name, count) -> count == 1 ? null : count - 1);
        }
      }
    }
  }

  /** The id of a change that must be complete before this one; empty if it may go. */
  Optional<Long> blocker(Change change) {
    for (Sequence.Step step : change.steps()) {
      for (int earlier = 0; earlier < step.position(); earlier++) {
        for (String scope : reach(change)) {
          TreeSet<Long> ids = open.get(new Spot(scope, step.sequence(), earlier));
          if (ids != null) {
            return Optional.of(ids.first());
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Scopes that have something to do with it. */
  private Set<String> reach(Change change) {
    if (change.scopes().contains(Change.EVERYWHERE)) {
      return scopes.keySet();
    }
    Set<String> reach = new TreeSet<>(change.scopes());
    reach.add(Change.EVERYWHERE);
    return reach;
  }
}
