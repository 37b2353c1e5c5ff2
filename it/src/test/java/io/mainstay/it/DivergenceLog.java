package io.mainstay.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.RequestRefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What a node's monitor journaled of divergences, read on from where it was read last. Confined to
 * the test.
 */
final class DivergenceLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MainstayClient client;
  private final String history;
  private final List<Found> found = new ArrayList<>();
  private final List<Repaired> repaired = new ArrayList<>();
  private long after;

  /** One that was found, when it was confirmed. */
  record Found(String kind, String subject, Instant at) {}

  /**
   * One that is gone.
   *
   * @param action none if it went by itself
   */
  record Repaired(String kind, String action, long openMillis) {}

  DivergenceLog(MainstayClient client) {
    this.client = client;
    this.history = "Consistency|" + client.status().node();
  }

  /** Reads what is new. */
  DivergenceLog read() throws IOException {
    GatewayReply.Journal page;
    do {
      try {
        page = client.journal(history, after, client.journalPage());
      } catch (RequestRefusedException none) {
        return this; // Nothing was ever found.
      }
      for (GatewayReply.JournalLine line : page.entries()) {
        take(line);
        after = line.ordering();
      }
    } while (page.more());
    return this;
  }

  private void take(GatewayReply.JournalLine line) throws IOException {
    JsonNode event = JSON.readTree(line.json());
    String kind = event.path("kind").asText();
    if (line.type().equals("DivergenceFound")) {
      found.add(new Found(kind, event.path("subject").asText(), line.at()));
    } else if (line.type().equals("DivergenceRepaired")) {
      repaired.add(
          new Repaired(kind, event.path("action").asText(), event.path("openMillis").asLong()));
    }
  }

  /** So many are known: where those that come begin. */
  int size() {
    return found.size();
  }

  List<Found> foundSince(int size) {
    return List.copyOf(found.subList(size, found.size()));
  }

  /** How often each kind was found. */
  TreeMap<String, Integer> kinds() {
    TreeMap<String, Integer> kinds = new TreeMap<>();
    found.forEach(each -> kinds.merge(each.kind(), 1, Integer::sum));
    return kinds;
  }

  /** How often each kind was repaired; those that went by themselves do not count. */
  TreeMap<String, Integer> repairs() {
    TreeMap<String, Integer> kinds = new TreeMap<>();
    repaired.stream()
        .filter(each -> !each.action().equals("none"))
        .forEach(each -> kinds.merge(each.kind(), 1, Integer::sum));
    return kinds;
  }

  /** Milliseconds from found to repaired, in order. */
  List<Long> openMillis() {
    return repaired.stream().map(Repaired::openMillis).sorted().toList();
  }
}
