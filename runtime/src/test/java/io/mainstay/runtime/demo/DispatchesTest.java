package io.mainstay.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.runtime.cli.document.ReplayDocument;
import io.mainstay.runtime.journal.JournalSource;
import io.mainstay.runtime.journal.JournalWalk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DispatchesTest {
  private final List<JournalLine> journal = new ArrayList<>();
  private final Dispatches dispatches = new Dispatches(new JournalWalk(source()), "s1");

  private void happened(String type, int from, long epoch) {
    long ordering = journal.size() + 1;
    journal.add(
        new JournalLine(
            ordering,
            "Session|s1",
            ordering,
            type,
            "e",
            "e",
            "e",
            Instant.EPOCH,
            "{\"documents\":9,\"range\":{\"from\":"
                + from
                + ",\"to\":"
                + (from + 4)
                + "},\"epoch\":"
                + epoch
                + "}"));
  }

  @Test
  void latest_isTheWorkerOfTheLastDispatchWithoutAnEnd() {
    assertEquals(Optional.empty(), dispatches.look().latestOpenEpoch());
    happened("BatchDispatched", 0, 7);
    happened("BatchDispatched", 4, 8);
    assertEquals(Optional.of(8L), dispatches.look().latestOpenEpoch());
    happened("BatchCompleted", 4, 8);
    assertEquals(Optional.of(7L), dispatches.look().latestOpenEpoch());
    happened("BatchInterrupted", 0, 7);
    assertEquals(Optional.empty(), dispatches.look().latestOpenEpoch());
  }

  @Test
  void progress_isWhatTheJournalHas() {
    happened("PlanMade", 0, 0);
    happened("BatchDispatched", 0, 7);
    assertEquals(0, dispatches.look().embedded());
    happened("BatchCompleted", 0, 7);
    assertEquals(4, dispatches.look().embedded());
    assertEquals(9, dispatches.documents());
    assertFalse(dispatches.ended());
    happened("WorkflowCompleted", 0, 0);
    assertTrue(dispatches.look().ended());
  }

  private JournalSource source() {
    return new JournalSource() {
      @Override
      public List<GatewayReply.PersistenceIdView> persistenceIds() {
        return List.of();
      }

      @Override
      public GatewayReply.Journal page(String persistenceId, long after, int limit) {
        assertEquals("Session|s1", persistenceId);
        List<JournalLine> page =
            journal.stream().filter(line -> line.ordering() > after).limit(limit).toList();
        return new GatewayReply.Journal(page, after + page.size(), false, false);
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
