package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.client.MainstayClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What led to an event, cause by cause, as {@code journal explain} answers it.
 *
 * @param lines the first of the chain to the event itself
 */
record CausePath(List<JournalLine> lines) {
  /**
   * To the last event of that type about that mode.
   *
   * @param mode as it is journaled
   */
  static CausePath toMode(MainstayClient client, String type, String mode) {
    String modes =
        client.persistenceIds().stream()
            .map(summary -> summary.persistenceId())
            .filter(id -> id.startsWith("Modes|"))
            .findFirst()
            .orElseThrow();
    JournalLine last =
        client.journal(modes, 0, client.journalPage()).entries().stream()
            .filter(line -> line.type().equals(type))
            .filter(line -> line.json().contains('"' + mode + '"'))
            .max(Comparator.comparingLong(JournalLine::ordering))
            .orElseThrow();
    Map<String, JournalLine> told =
        client.explain(last.eventId()).stream()
            .collect(Collectors.toMap(JournalLine::eventId, Function.identity()));
    List<JournalLine> path = new ArrayList<>();
    for (JournalLine line = last; line != null; line = before(told, line)) {
      path.add(0, line);
    }
    return new CausePath(path);
  }

  private static JournalLine before(Map<String, JournalLine> told, JournalLine line) {
    return line.causeId().equals(line.eventId()) ? null : told.get(line.causeId());
  }

  /** From that event on it is these types, each caused by the one before. */
  void assertLeadsFrom(String eventId, String... types) {
    int from = 0;
    while (from < lines.size() && !lines.get(from).eventId().equals(eventId)) {
      from++;
    }
    List<String> seen = lines.stream().map(JournalLine::type).toList();
    assertEquals(
        List.of(types), seen.subList(from, seen.size()), "after " + eventId + " of " + seen);
  }
}
