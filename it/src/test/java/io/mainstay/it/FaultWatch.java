package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * Faults of a node as its journal has them, with the directive and the escalation that followed.
 */
final class FaultWatch {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(60);

  /**
   * One of them.
   *
   * @param fault as journaled
   * @param directive of its supervisor
   * @param escalationId event that recoveries are caused by
   */
  record Seen(JsonNode fault, String directive, String escalationId) {}

  private final MainstayClient client;
  private final long after;

  private FaultWatch(MainstayClient client, long after) {
    this.client = client;
    this.after = after;
  }

  /** Of what happens from now on. */
  static FaultWatch from(MainstayClient client) {
    FaultWatch all = new FaultWatch(client, 0);
    List<GatewayReply.JournalLine> before = all.history("Faults|");
    return new FaultWatch(client, before.isEmpty() ? 0 : before.get(before.size() - 1).ordering());
  }

  /** Of everything. */
  static FaultWatch ofAll(MainstayClient client) {
    return new FaultWatch(client, 0);
  }

  /** Waits until that error of that component is journaled, directed and escalated. */
  Seen await(String code, String component) {
    return Awaitility.await(code + " of " + component + " is escalated")
        .atMost(BOUND)
        .until(() -> find(code, component), Optional::isPresent)
        .orElseThrow();
  }

  /** Whether nobody said that. */
  boolean none(String code) throws IOException {
    return find(code, "").isEmpty();
  }

  private Optional<Seen> find(String code, String component) throws IOException {
    List<GatewayReply.JournalLine> faults = history("Faults|");
    for (GatewayReply.JournalLine line : faults) {
      if (!line.type().equals("FaultRaised") || line.ordering() <= after) {
        continue;
      }
      JsonNode fault = JSON.readTree(line.json());
      if (fault.path("code").asText().equals(code)) {
        Optional<GatewayReply.JournalLine> directed =
            caused(faults, "DirectiveChosen", line.eventId())
                .filter(chosen -> chosen.json().contains(component));
        Optional<GatewayReply.JournalLine> decided =
            caused(history("Escalation|"), "EscalationDecided", line.eventId());
        if (directed.isPresent() && decided.isPresent()) {
          assertTrue(
              line.ordering() < directed.get().ordering()
                  && directed.get().ordering() < decided.get().ordering(),
              "fault, directive, escalation: in this order");
          return Optional.of(
              new Seen(
                  fault,
                  JSON.readTree(directed.get().json()).get("directive").asText(),
                  decided.get().eventId()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<GatewayReply.JournalLine> caused(
      List<GatewayReply.JournalLine> lines, String type, String eventId) {
    return lines.stream()
        .filter(line -> line.type().equals(type) && line.causeId().equals(eventId))
        .findFirst();
  }

  private List<GatewayReply.JournalLine> history(String of) {
    List<GatewayReply.JournalLine> lines = new ArrayList<>();
    for (var summary : client.persistenceIds()) {
      if (!summary.persistenceId().startsWith(of)) {
        continue;
      }
      GatewayReply.Journal page;
      long from = 0;
      do {
        page = client.journal(summary.persistenceId(), from, client.journalPage());
        from = page.lastOrdering();
        lines.addAll(page.entries());
      } while (page.more());
    }
    return lines;
  }
}
