package io.mainstay.actors.state.propagation;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Most messages that wait at each rank.
 *
 * @param limits 1 to 1,000,000 for each rank
 */
public record QueueLimits(Map<Rank, Integer> limits) {
  public QueueLimits {
    limits = Map.copyOf(new EnumMap<>(limits));
    for (Rank rank : Rank.values()) {
      Integer limit = limits.get(rank);
      if (limit == null || limit < 1 || limit > 1_000_000) {
        throw new IllegalArgumentException(
            "mainstay.state.queues."
                + rank.name().toLowerCase(Locale.ROOT)
                + " is "
                + limit
                + "; it must be 1 to 1,000,000");
      }
    }
  }

  int of(Rank rank) {
    return limits.get(rank);
  }
}
