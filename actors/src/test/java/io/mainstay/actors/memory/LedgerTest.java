package io.mainstay.actors.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final long MIB = 1 << 20;

  private record Move(boolean reserve, String owner, long bytes) {}

  @Provide
  Arbitrary<List<Move>> moves() {
    return Combinators.combine(
            Arbitraries.of(true, true, false),
            Arbitraries.of("a", "b", "c", "d"),
            Arbitraries.longs().between(0, 1500))
        .as(Move::new)
        .list()
        .ofMaxSize(60);
  }

  @Property
  void reserve_neverGrantsAboveBudgetOrArenaAndMatchesAPlainSum(
      @ForAll("moves") List<Move> moves,
      @ForAll @LongRange(max = 2000) long budget,
      @ForAll @LongRange(max = 2000) long arenaMax) {
    Ledger ledger = Ledger.empty("cpu-0", budget, arenaMax);
    Map<String, Long> model = new HashMap<>();
    for (Move move : moves) {
      if (move.reserve()) {
        long others =
            model.entrySet().stream()
                .filter(held -> !held.getKey().equals(move.owner()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        boolean fits = move.bytes() <= arenaMax && others + move.bytes() <= budget;
        Ledger.Decision decision = ledger.reserve(move.owner(), move.bytes());
        assertEquals(fits, decision instanceof Ledger.Granted);
        if (decision instanceof Ledger.Granted granted) {
          ledger = granted.next();
          model.put(move.owner(), move.bytes());
        }
      } else {
        ledger = ledger.release(move.owner());
        model.remove(move.owner());
      }
      assertEquals(model, ledger.reservations());
      assertTrue(ledger.reservedBytes() <= budget);
      assertTrue(ledger.reservations().values().stream().allMatch(held -> held <= arenaMax));
      assertEquals(budget - ledger.reservedBytes(), ledger.freeBytes());
    }
  }

  @Property
  void reserve_whenAskedAgain_changesNothing(@ForAll @LongRange(max = 1000) long bytes) {
    Ledger once = granted(Ledger.empty("cpu-0", 1000, 1000).reserve("a", bytes));

    assertSame(once, granted(once.reserve("a", bytes)));
  }

  @Property
  void release_givesBackExactlyWhatWasHeld(
      @ForAll @LongRange(max = 500) long kept, @ForAll @LongRange(max = 500) long released) {
    Ledger before = granted(Ledger.empty("cpu-0", 1000, 1000).reserve("kept", kept));
    Ledger both = granted(before.reserve("released", released));

    assertEquals(before, both.release("released"));
    assertEquals(before, both.release("released").release("released"));
  }

  @Test
  void settle_whenMeasuredExceedsBudget_grantsNothingMoreUntilReleased() {
    Ledger over = granted(Ledger.empty("cpu-0", 1000, 1000).reserve("a", 400)).settle("a", 1200);

    assertEquals(0, over.freeBytes());
    assertInstanceOf(Ledger.Refused.class, over.reserve("b", 1));
    assertInstanceOf(Ledger.Granted.class, over.release("a").reserve("b", 1000));
  }

  @Test
  void settle_whenOwnerHoldsNothing_changesNothing() {
    Ledger empty = Ledger.empty("cpu-0", 1000, 1000);

    assertSame(empty, empty.settle("late", 300));
  }

  @Test
  void reserve_whenItDoesNotFit_saysAskedFreeHoldersAndSetting() {
    Ledger ledger =
        granted(Ledger.empty("cpu-0", 512 * MIB, 512 * MIB).reserve("model:a", 400 * MIB));

    Refusal refusal = refused(ledger.reserve("model:b", 200 * MIB));

    assertEquals("device_memory_allocation_failure", refusal.code());
    assertEquals(
        "model:b asked for 200.0 MiB of cpu-0, of whose 512.0 MiB only 112.0 MiB are free (held:"
            + " model:a 400.0 MiB)",
        refusal.getMessage());
    assertTrue(refusal.remedy().contains("mainstay.device.devices"), refusal.remedy());
  }

  @Test
  void reserve_whenAboveArenaLimit_namesItsSetting() {
    Refusal refusal = refused(Ledger.empty("cpu-0", 512 * MIB, 256 * MIB).reserve("a", 300 * MIB));

    assertTrue(refusal.getMessage().contains("one owner may hold at most 256.0 MiB"));
    assertTrue(refusal.remedy().contains("mainstay.memory.arena-share-max"), refusal.remedy());
  }

  private static Ledger granted(Ledger.Decision decision) {
    return assertInstanceOf(Ledger.Granted.class, decision).next();
  }

  private static Refusal refused(Ledger.Decision decision) {
    return assertInstanceOf(Ledger.Refused.class, decision).refusal();
  }

  @Test
  void corrected_takesWhatIsRight_unlessTheLedgerSaysSomethingElseByNow() {
    Ledger ledger = Ledger.empty("cpu-0", 100 * MIB, 100 * MIB).corrected("model:a", 0, 7);
    assertEquals(7, ledger.reservedBytes());
    assertEquals(ledger, ledger.corrected("model:a", 5, 9));
    assertEquals(9, ledger.corrected("model:a", 7, 9).reservedBytes());
    assertEquals(0, ledger.corrected("model:a", 7, 0).reservations().size());
    // What is in a worker is there, whatever the budget says.
    assertEquals(200 * MIB, ledger.corrected("model:a", 7, 200 * MIB).reservedBytes());
  }
}
