package io.mainstay.persistence.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class OpenTransactionsTest {
  private static final Instant T0 = Instant.parse("2026-11-22T06:00:00Z");
  private static final EventMeta META = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0Y9", T0);
  private static final TransactionPlan PLAN =
      new TransactionPlan.ModelMemory(
          Owners.OPERATOR,
          new ParticipantWork.PrepareModel("minilm", "ram", 1),
          new ParticipantWork.AllocateMemory("cpu-0", "model:minilm", 1, "any"),
          false);

  private record Row(String id, TransactionEvent event, Instant at) {}

  private static void feed(OpenTransactions to, List<Row> rows) {
    for (Row row : rows) {
      boolean read = OpenTransactions.reads(row.event().getClass());
      to.follow(row.id(), row.event().getClass(), read ? row.event() : null, row.at());
    }
  }

  private static TransactionEvent ended(TransactionEvent.End end) {
    return new TransactionEvent.TransactionEnded(META, end);
  }

  /** A life of a transaction, cut anywhere. */
  private static List<TransactionEvent> life(Random random, String id) {
    List<TransactionEvent> all = new ArrayList<>();
    all.add(new TransactionEvent.TransactionBegun(META, id, PLAN));
    all.add(new TransactionEvent.PrepareAsked(META, Participants.MODEL));
    boolean commit = random.nextBoolean();
    if (random.nextInt(3) == 0) {
      all.add(new TransactionEvent.TransactionStuck(META, Participants.MODEL, 8, "code", "silent"));
      all.add(new TransactionEvent.TransactionRedriven(META, "alice"));
    }
    all.add(ended(commit ? TransactionEvent.End.COMMITTED : TransactionEvent.End.ABORTED));
    if (commit && random.nextBoolean()) {
      all.add(new TransactionEvent.ReleaseAsked(META, false, "over"));
      all.add(new TransactionEvent.TransactionReleased(META));
    }
    return all.subList(0, 1 + random.nextInt(all.size()));
  }

  @Test
  void transaction_isOpenUntilItEnds_standsUntilItIsReleased() {
    OpenTransactions all = new OpenTransactions();
    feed(all, List.of(new Row("a", new TransactionEvent.TransactionBegun(META, "a", PLAN), T0)));
    feed(
        all,
        List.of(
            new Row("a", new TransactionEvent.PrepareAsked(META, "x"), T0.plusSeconds(1)),
            new Row(
                "a",
                new TransactionEvent.TransactionStuck(META, "x", 8, "code", "silent"),
                T0.plusSeconds(2))));
    assertEquals(new OpenTransactions.Open(T0.plusSeconds(2), true), all.open().get("a"));
    feed(all, List.of(new Row("a", new TransactionEvent.TransactionRedriven(META, "alice"), T0)));
    assertFalse(all.open().get("a").stuck());
    feed(all, List.of(new Row("a", ended(TransactionEvent.End.COMMITTED), T0)));
    assertEquals(Map.of(), all.open());
    assertEquals(Map.of("a", new OpenTransactions.Standing(PLAN, T0)), all.standing());
    feed(all, List.of(new Row("a", new TransactionEvent.ReleaseAsked(META, false, "no more"), T0)));
    assertEquals(Map.of(), all.standing());
    assertTrue(all.open().containsKey("a"));
    feed(all, List.of(new Row("a", new TransactionEvent.TransactionReleased(META), T0)));
    assertEquals(Map.of(), all.open());
    feed(
        all,
        List.of(
            new Row("b", new TransactionEvent.TransactionBegun(META, "b", PLAN), T0),
            new Row("b", ended(TransactionEvent.End.ABORTED), T0)));
    assertEquals(Map.of(), all.open());
    assertEquals(Map.of(), all.standing());
  }

  /** Each look reads some rows of the look before again. */
  @Property(tries = 500)
  void rowsThatAreReadAgain_changeNothing(@ForAll long seed) {
    Random random = new Random(seed);
    List<List<TransactionEvent>> lives = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      lives.add(new ArrayList<>(life(random, "t" + i)));
    }
    List<Row> rows = new ArrayList<>();
    for (int next = random.nextInt(6); lives.stream().anyMatch(l -> !l.isEmpty()); ) {
      List<TransactionEvent> life = lives.get(next);
      if (!life.isEmpty()) {
        rows.add(new Row("t" + next, life.remove(0), T0.plusSeconds(rows.size())));
      }
      next = random.nextInt(6);
    }
    OpenTransactions once = new OpenTransactions();
    feed(once, rows);
    OpenTransactions often = new OpenTransactions();
    int end = 0;
    while (end < rows.size()) {
      int next = Math.min(rows.size(), end + 1 + random.nextInt(5));
      feed(often, rows.subList(Math.max(0, end - random.nextInt(8)), next));
      end = next;
    }
    assertEquals(once.open(), often.open());
    assertEquals(once.standing(), often.standing());
    Set<String> both = new HashSet<>(once.open().keySet());
    both.retainAll(once.standing().keySet());
    assertEquals(Set.of(), both);
  }
}
