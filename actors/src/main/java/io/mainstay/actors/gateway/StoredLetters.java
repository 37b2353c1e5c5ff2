package io.mainstay.actors.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.persistence.journal.JournalEntry;
import io.mainstay.persistence.journal.JournalReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The dead letters of a node that are neither purged nor sent again, read from its journal. A
 * letter that was stored twice is one. Blocks.
 */
final class StoredLetters {
  private static final int PAGE = 500;
  private static final int REASON_CHARACTERS_MAX = 2_000;

  private final Map<String, GatewayReply.DeadLetterView> letters = new LinkedHashMap<>();

  private StoredLetters() {}

  /** Newest first. */
  static List<GatewayReply.DeadLetterView> read(JournalReader reader, String node) {
    StoredLetters stored = new StoredLetters();
    long after = 0;
    List<JournalEntry> page;
    do {
      page = reader.entries("DeadLetters|" + node, after, PAGE);
      for (JournalEntry entry : page) {
        stored.add(entry);
        after = entry.ordering();
      }
    } while (page.size() == PAGE);
    List<GatewayReply.DeadLetterView> newestFirst = new ArrayList<>(stored.letters.values());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  private void add(JournalEntry entry) {
    if (entry.meta() == null) {
      return; // 'journal verify' reports a row that cannot be read.
    }
    JsonNode event = entry.json();
    String id = event.path("letterId").asText();
    if (!entry.type().equals("DeadLetterStored")) {
      letters.remove(id);
      return;
    }
    String reason = event.path("reason").asText();
    letters.putIfAbsent(
        id,
        new GatewayReply.DeadLetterView(
            id,
            event.path("sessionId").asText(),
            event.path("index").asInt(),
            reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX)),
            event.path("documentSha256").asText(),
            entry.meta().at()));
  }
}
