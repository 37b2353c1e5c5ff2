package io.mainstay.actors.consistency.check;

import java.util.Set;

/**
 * What is durable.
 *
 * @param open sessions that are accepted and not finished
 * @param transactions that have something left to do
 */
public record JournalFacts(Set<String> open, Set<String> transactions) {
  /** An empty journal. */
  public static final JournalFacts NONE = new JournalFacts(Set.of(), Set.of());

  public JournalFacts {
    open = Set.copyOf(open);
    transactions = Set.copyOf(transactions);
  }
}
