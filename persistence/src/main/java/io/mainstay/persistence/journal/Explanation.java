package io.mainstay.persistence.journal;

import java.util.List;

/**
 * Why something happened.
 *
 * @param subject what was asked: an event, session, persistence or root id
 * @param entries the causal chains that it belongs to, in the order of the journal
 * @param truncated there are more than the limit
 */
public record Explanation(String subject, List<JournalEntry> entries, boolean truncated) {
  public Explanation {
    entries = List.copyOf(entries);
  }
}
