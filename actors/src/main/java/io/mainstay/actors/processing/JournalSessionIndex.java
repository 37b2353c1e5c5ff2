package io.mainstay.actors.processing;

import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.PersistenceIdSummary;
import java.util.List;
import java.util.function.Supplier;

/** The sessions of the node's journal. */
public final class JournalSessionIndex implements SessionIndex {
  private static final String PREFIX = "Session|";

  private final Supplier<JournalReader> readers;

  /**
   * @param readers a fresh reader for each look; it is closed here
   */
  public JournalSessionIndex(Supplier<JournalReader> readers) {
    this.readers = readers;
  }

  @Override
  public List<String> sessionIds() {
    try (JournalReader reader = readers.get()) {
      return reader.list().stream()
          .map(PersistenceIdSummary::persistenceId)
          .filter(id -> id.startsWith(PREFIX))
          .map(id -> id.substring(PREFIX.length()))
          .toList();
    }
  }
}
