package io.mainstay.actors.consistency.check;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What a {@link Watch} wants done after a sample. */
public sealed interface WatchEffect {
  /** Something disagrees for the first time: look again soon. */
  record LookAgain() implements WatchEffect {}

  /** It disagreed twice: it counts. */
  record Found(Divergence divergence) implements WatchEffect {}

  /**
   * It does not disagree any more.
   *
   * @param byRepair a repair of it was carried out
   */
  record Gone(Divergence divergence, boolean byRepair) implements WatchEffect {}

  /** Repair begins. */
  record RepairBegins(double score, Set<RepairScope> scopes, int divergences)
      implements WatchEffect {}

  /** Carry these out, then look again. */
  record Repair(List<Divergence> divergences) implements WatchEffect {
    public Repair {
      divergences = List.copyOf(divergences);
    }
  }

  /** Repair is over. */
  record RepairEnds(boolean success, double score, Duration took, List<Divergence> left)
      implements WatchEffect {
    public RepairEnds {
      left = List.copyOf(left);
    }
  }
}
