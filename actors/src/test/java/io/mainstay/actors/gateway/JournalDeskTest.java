package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mainstay.persistence.journal.JournalEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalDeskTest {
  private static JournalEntry entry(long ordering, String text) {
    return new JournalEntry(
        ordering,
        "Session|s1",
        ordering,
        "X",
        "session.X.v1",
        null,
        Instant.EPOCH,
        JsonNodeFactory.instance.objectNode().put("text", text));
  }

  @Test
  void page_isMeasuredInBytesOfUtf8_notInCharacters() {
    String text = "\u20ac".repeat(30_000);
    List<JournalEntry> entries = List.of(entry(1, text), entry(2, text), entry(3, "short"));
    GatewayReply.Journal page = JournalDesk.page(entries, 0, 10);
    assertEquals(1, page.entries().size());
    assertTrue(page.more());
    GatewayReply.Journal rest = JournalDesk.page(entries, page.lastOrdering(), 10);
    assertEquals(List.of(2L, 3L), rest.entries().stream().map(line -> line.ordering()).toList());
    assertFalse(rest.more());
  }

  @Test
  void quotesAndBackslashes_countAsWhatTheyTakeOnTheWire() {
    String text = "\"".repeat(20_000);
    GatewayReply.Journal page = JournalDesk.page(List.of(entry(1, text), entry(2, text)), 0, 10);
    assertEquals(1, page.entries().size());
  }

  @Test
  void entryAboveAPage_isANoteWithItsSizeAndTheRemedy() throws IOException {
    GatewayReply.Journal page =
        JournalDesk.page(List.of(entry(1, "x".repeat(300_000)), entry(2, "y")), 0, 10);
    assertEquals(2, page.entries().size());
    String json = page.entries().get(0).json();
    assertTrue(json.getBytes(StandardCharsets.UTF_8).length < 1_000);
    var note = new ObjectMapper().readTree(json);
    assertEquals(300_011, note.path("bytes").asInt());
    assertTrue(note.path("remedy").asText().contains("--data DIR"));
  }
}
