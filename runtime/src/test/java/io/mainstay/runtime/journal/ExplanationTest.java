package io.mainstay.runtime.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.runtime.cli.document.ReplayDocument;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final Instant BEGAN = Instant.parse("2026-11-21T20:15:30Z");

  private static JournalLine line(long ordering, String id, String cause, String type) {
    return new JournalLine(
        ordering, "P", ordering, type, id, cause, "a", BEGAN.plusMillis(ordering), "{\"n\":1}");
  }

  private static String printed(List<JournalLine> lines) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Explanation(lines).print(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void effects_standBelowTheirCause() {
    assertEquals(
        """
               +0.0 ms  P: Died n=1
               +2.0 ms    P: Restarted n=1
               +3.0 ms      P: Ready n=1
               +1.0 ms    P: Interrupted n=1
        """,
        printed(
            List.of(
                line(0, "a", "a", "Died"),
                line(2, "b", "a", "Restarted"),
                line(3, "c", "b", "Ready"),
                line(1, "d", "a", "Interrupted"))));
  }

  @Test
  void manySiblingsWithoutEffects_areToldTogether() {
    List<JournalLine> lines = new ArrayList<>();
    lines.add(line(0, "a", "a", "Accepted"));
    for (int i = 1; i <= 9; i++) {
      lines.add(line(i, "b" + i, "a", "Done"));
    }
    assertEquals(
        """
               +0.0 ms  P: Accepted n=1
               +1.0 ms    P: Done n=1
                         ... 7 more like it
               +9.0 ms    P: Done n=1
        """,
        printed(lines));
  }

  @Test
  void anEventWhoseCauseIsNotThere_isARoot() {
    assertEquals("       +0.0 ms  P: Late n=1\n", printed(List.of(line(5, "x", "gone", "Late"))));
  }

  @Test
  void nearEnd_findsTheTailWithoutReadingAll() {
    List<Long> asked = new ArrayList<>();
    JournalSource source = journalOf(1_000, asked);
    assertEquals(980, new JournalWalk(source).nearEnd(20));
    assertEquals(true, asked.size() < 30, asked.size() + " pages asked for");
  }

  @Test
  void nearEnd_ofAnEmptyJournal_isItsBeginning() {
    assertEquals(0, new JournalWalk(journalOf(0, new ArrayList<>())).nearEnd(20));
  }

  @Test
  void walk_tellsEveryEntryOnce() {
    List<Long> told = new ArrayList<>();
    new JournalWalk(journalOf(250, new ArrayList<>()))
        .forEach("", 0, entry -> told.add(entry.ordering()));
    assertEquals(LongStream.rangeClosed(1, 250).boxed().toList(), told);
  }

  private static JournalSource journalOf(long entries, List<Long> asked) {
    return new JournalSource() {
      @Override
      public List<GatewayReply.PersistenceIdView> persistenceIds() {
        return List.of();
      }

      @Override
      public GatewayReply.Journal page(String id, long after, int limit) {
        asked.add(after);
        List<JournalLine> page =
            LongStream.rangeClosed(after + 1, Math.min(entries, after + limit))
                .mapToObj(n -> line(n, "e" + n, "e" + n, "X"))
                .toList();
        return new GatewayReply.Journal(page, after + page.size(), after + limit < entries, false);
      }

      @Override
      public GatewayReply.Journal explain(String id) {
        return new GatewayReply.Journal(List.of(), 0, false, false);
      }

      @Override
      public ReplayDocument replay(String persistenceId, long toSequenceNr) {
        throw new UnsupportedOperationException("nobody asks for it here");
      }

      @Override
      public void close() {}
    };
  }
}
