package io.mainstay.runtime.journal;

import io.mainstay.actors.gateway.GatewayReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Goes through a journal page by page. */
public final class JournalWalk {
  private static final int PAGE = 100;

  private final JournalSource source;

  public JournalWalk(JournalSource source) {
    this.source = source;
  }

  /** Tells every entry after that ordering; answers where it ended. */
  public long forEach(
      String persistenceId, long afterOrdering, Consumer<GatewayReply.JournalLine> reader) {
    long after = afterOrdering;
    while (true) {
      GatewayReply.Journal page = source.page(persistenceId, after, PAGE);
      page.entries().forEach(reader);
      if (page.entries().isEmpty()) {
        return after;
      }
      after = page.entries().get(page.entries().size() - 1).ordering();
    }
  }

  /** All entries of one persistence id. */
  public List<GatewayReply.JournalLine> all(String persistenceId) {
    List<GatewayReply.JournalLine> entries = new ArrayList<>();
    forEach(persistenceId, 0, entries::add);
    return entries;
  }

  /**
   * An ordering after which about that many entries remain, found by halving: a long journal is not
   * read from its beginning.
   */
  public long nearEnd(int entries) {
    long high = 1;
    while (!source.page("", high, 1).entries().isEmpty()) {
      high *= 2;
    }
    long low = high / 2;
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (source.page("", middle, 1).entries().isEmpty()) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Math.max(0, high - entries);
  }
}
