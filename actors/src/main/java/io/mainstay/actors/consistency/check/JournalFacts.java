package io.mainstay.actors.consistency.check;

import java.util.Set;

/**
 * What is durable.
 *
 * @param open sessions that are accepted and not finished
 * @param finished of the sessions that memory counts as open, those that are over
 */
public record JournalFacts(Set<String> open, Set<String> finished) {
  public static final JournalFacts NONE = new JournalFacts(Set.of(), Set.of());

  public JournalFacts {
    open = Set.copyOf(open);
    finished = Set.copyOf(finished);
  }
}
