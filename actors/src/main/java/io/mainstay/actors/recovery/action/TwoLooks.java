package io.mainstay.actors.recovery.action;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What two looks in a row agree on. Domains answer one after the other, so that one look may see
 * what has just begun in one of them and not yet in another. For one step; thread-safe.
 */
public final class TwoLooks {
  private Set<String> before = Set.of();

  /** What this look found and the one before found too; nothing at the first. */
  public synchronized Set<String> agreed(Collection<String> now) {
    Set<String> both = new TreeSet<>(now);
    both.retainAll(before);
    before = Set.copyOf(now);
    return both;
  }
}
