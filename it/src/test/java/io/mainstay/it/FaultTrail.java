package io.mainstay.it;

import static org.awaitility.Awaitility.await;
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

/** A fault in the journal of a node: then its directive, its escalation, its recoveries. */
final class FaultTrail {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final MainstayClient client;
  private final String code;
  private final long before;

  private FaultTrail(MainstayClient client, String code, long before) {
    this.client = client;
    this.code = code;
    this.before = before;
  }

  /** From now on the next fault of that error is followed. */
  static FaultTrail from(MainstayClient client, String code) throws IOException {
    return new FaultTrail(client, code, lines(client, "Faults|", code).size());
  }

  /** Fault, directive and escalation are there, each caused by the one before. */
  String awaitEscalated(String directive) throws IOException {
    GatewayReply.JournalLine raised =
        await(code + " is raised")
            .atMost(BOUND)
            .until(() -> lines(client, "Faults|", code), seen -> seen.size() > before)
            .get((int) before);
    GatewayReply.JournalLine directed = awaitCaused("Faults|", "DirectiveChosen", raised);
    assertEquals(directive, JSON.readTree(directed.json()).get("directive").asText());
    GatewayReply.JournalLine decided = awaitCaused("Escalation|", "EscalationDecided", raised);
    assertTrue(raised.ordering() < directed.ordering(), directed.json());
    assertTrue(directed.ordering() < decided.ordering(), decided.json());
    return decided.eventId();
  }

  /** Each of these recoveries that the escalation caused has recovered, within its own limit. */
  List<RecoveryJournal.Ended> awaitRecovered(String escalated, String... names) {
    List<RecoveryJournal.Ended> all = new ArrayList<>();
    for (String name : names) {
      RecoveryJournal.Ended ended = new RecoveryJournal(client).awaitEnded(name, escalated);
      assertEquals("RECOVERED", ended.end(), () -> ended + " " + text(ended));
      all.add(ended);
    }
    return all;
  }

  /** Everything that was journaled of it, for people. */
  String text(RecoveryJournal.Ended ended) {
    return client.journal(ended.id(), 0, client.journalPage()).entries().stream()
        .map(GatewayReply.JournalLine::json)
        .toList()
        .toString();
  }

  private GatewayReply.JournalLine awaitCaused(
      String of, String type, GatewayReply.JournalLine cause) {
    return await(type + " of " + code)
        .atMost(BOUND)
        .until(
            () ->
                history(client, of).stream()
                    .filter(line -> line.type().equals(type))
                    .filter(line -> line.causeId().equals(cause.eventId()))
                    .findFirst(),
            Optional::isPresent)
        .get();
  }

  private static List<GatewayReply.JournalLine> lines(MainstayClient client, String of, String code)
      throws IOException {
    List<GatewayReply.JournalLine> found = new ArrayList<>();
    for (GatewayReply.JournalLine line : history(client, of)) {
      if (line.type().equals("FaultRaised")
          && JSON.readTree(line.json()).path("code").asText().equals(code)) {
        found.add(line);
      }
    }
    return found;
  }

  private static List<GatewayReply.JournalLine> history(MainstayClient client, String of)
      throws IOException {
    List<GatewayReply.JournalLine> lines = new ArrayList<>();
    for (var summary : client.persistenceIds()) {
      if (summary.persistenceId().startsWith(of)) {
        GatewayReply.Journal page;
        long after = 0;
        do {
          page = client.journal(summary.persistenceId(), after, client.journalPage());
          after = page.lastOrdering();
          lines.addAll(page.entries());
        } while (page.more());
      }
    }
    return lines;
  }

  /** The whole of a recovery's journal as trees. */
  List<JsonNode> events(RecoveryJournal.Ended ended) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (GatewayReply.JournalLine line :
        client.journal(ended.id(), 0, client.journalPage()).entries()) {
      all.add(JSON.readTree(line.json()));
    }
    return all;
  }
}
