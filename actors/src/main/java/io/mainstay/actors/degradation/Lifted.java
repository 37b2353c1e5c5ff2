package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.Domain;
import java.util.Set;

/**
 * What of the modes on their way out is not demanded while it is tried out again. Lives no longer
 * than the attempt: a node that starts anew demands everything.
 *
 * @param modes that are on their way out
 * @param domains of which they demand nothing
 */
public record Lifted(Set<ModeKey> modes, Set<Domain> domains) {
  /** Everything is demanded. */
  public static final Lifted NOTHING = new Lifted(Set.of(), Set.of());

  public Lifted {
    modes = Set.copyOf(modes);
    domains = Set.copyOf(domains);
  }
}
