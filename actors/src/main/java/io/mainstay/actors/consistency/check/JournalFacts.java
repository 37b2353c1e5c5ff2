package io.mainstay.actors.consistency.check;

import java.util.Set;

/**
 * What is durable.
 *
 * @param open sessions that are accepted and not finished
 */
public record JournalFacts(Set<String> open) {
  /** An empty journal. */
  public static final JournalFacts NONE = new JournalFacts(Set.of());

  public JournalFacts {
    open = Set.copyOf(open);
  }
}
