package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
 * A fault in the journal, and the directive and the escalation that it caused, in this order.
 *
 * @param raisedId of the fault's event
 * @param fault as journaled
 * @param directive as journaled
 * @param escalation as journaled
 * @param escalatedId of the escalation's event
 */
record FaultChain(
    String raisedId, JsonNode fault, JsonNode directive, JsonNode escalation, String escalatedId) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(60);

  /**
   * Waits for the last fault of that code to be escalated.
   *
   * @param before faults of it that were counted before
   */
  static FaultChain await(MainstayClient client, String code, long before) throws IOException {
    return await(client, code, before, false);
  }

  /** The same for the first one, where more follow while it is recovered from. */
  static FaultChain awaitFirst(MainstayClient client, String code) throws IOException {
    return await(client, code, 0, true);
  }

  private static FaultChain await(MainstayClient client, String code, long before, boolean first)
      throws IOException {
    Awaitility.await(code + " is escalated")
        .atMost(BOUND)
        .until(() -> client.error(code).faults() > before);
    List<GatewayReply.JournalLine> faults = history(client, "Faults|");
    List<GatewayReply.JournalLine> ofCode = raised(faults, code);
    GatewayReply.JournalLine raised = ofCode.get(first ? 0 : ofCode.size() - 1);
    String eventId = raised.eventId();
    GatewayReply.JournalLine directed = caused(faults, "DirectiveChosen", eventId).orElseThrow();
    GatewayReply.JournalLine decided =
        Awaitility.await("it is escalated")
            .atMost(BOUND)
            .until(
                () -> caused(history(client, "Escalation|"), "EscalationDecided", eventId),
                Optional::isPresent)
            .orElseThrow();
    JsonNode fault = JSON.readTree(raised.json());
    assertEquals(fault.get("severity"), JSON.readTree(decided.json()).get("severity"));
    assertTrue(
        raised.ordering() < directed.ordering() && raised.ordering() < decided.ordering(),
        raised.ordering() + ", " + directed.ordering() + ", " + decided.ordering());
    return new FaultChain(
        eventId,
        fault,
        JSON.readTree(directed.json()),
        JSON.readTree(decided.json()),
        decided.eventId());
  }

  private static List<GatewayReply.JournalLine> raised(
      List<GatewayReply.JournalLine> lines, String code) throws IOException {
    List<GatewayReply.JournalLine> raised = new ArrayList<>();
    for (GatewayReply.JournalLine line : lines) {
      if (line.type().equals("FaultRaised")
          && JSON.readTree(line.json()).path("code").asText().equals(code)) {
        raised.add(line);
      }
    }
    return raised;
  }

  private static Optional<GatewayReply.JournalLine> caused(
      List<GatewayReply.JournalLine> lines, String type, String eventId) {
    return lines.stream()
        .filter(line -> line.type().equals(type) && line.causeId().equals(eventId))
        .findFirst();
  }

  private static List<GatewayReply.JournalLine> history(MainstayClient client, String of) {
    String id =
        client.persistenceIds().stream()
            .map(summary -> summary.persistenceId())
            .filter(known -> known.startsWith(of))
            .findFirst()
            .orElseThrow();
    List<GatewayReply.JournalLine> lines = new ArrayList<>();
    GatewayReply.Journal page;
    long after = 0;
    do {
      page = client.journal(id, after, client.journalPage());
      after = page.lastOrdering();
      lines.addAll(page.entries());
    } while (page.more());
    return lines;
  }
}
