package io.mainstay.persistence.serialization;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds the table of an {@link EventFamily}. Confined to one thread. */
public final class ManifestTableBuilder {
  private final Map<String, Class<? extends JournalEvent>> table = new LinkedHashMap<>();

  /** Adds a name. */
  public ManifestTableBuilder add(String manifest, Class<? extends JournalEvent> type) {
    if (table.put(manifest, type) != null) {
      throw new IllegalArgumentException("Manifest " + manifest + " is given twice");
    }
    return this;
  }

  /** What was added, in that order. */
  public Map<String, Class<? extends JournalEvent>> build() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(table));
  }
}
