package io.mainstay.actors.recovery.action.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.ArenaFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.consistency.check.WorkerAccount;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EngineRemainsTest {
  private static final Map<String, Long> BOOKED = Map.of("m", 10L);

  @Test
  void engineThatWorks_holdsWhatIsBooked_andNothingIsLeft() {
    EngineRemains remains =
        remains(OptionalLong.of(1), ledger(), slot(2, 3, 4).with(account(BOOKED)));
    assertEquals(List.of(), remains.left());
    assertTrue(remains.text().contains("epoch 2 (process 102): 3 calls open"), remains.text());
    assertTrue(remains.text().contains("1 models and 0 reservations of 10 bytes"), remains.text());
  }

  @Test
  void engineThatWasToGo_andIsThere_isLeft() {
    assertEquals(
        List.of("worker of epoch 2 on cpu-0 is there yet, process 102"),
        remains(OptionalLong.of(2), ledger(), slot(2, 0, 0)).left());
  }

  @Test
  void formerEngine_withCallsAndLeases_isLeft() {
    assertEquals(
        List.of(
            "worker of epoch 1 on cpu-0 has 3 calls open",
            "worker of epoch 1 on cpu-0 has 4 leases of its arena out"),
        remains(OptionalLong.empty(), ledger(), slot(1, 3, 4), slot(2, 3, 4)).left());
  }

  @Test
  void modelThatTheWorkerHasNot_isNotAsBooked() {
    assertEquals(
        List.of("worker of epoch 2 on cpu-0 holds [] and its slot has booked [m]"),
        remains(OptionalLong.empty(), ledger(), slot(2, 0, 0).with(account(Map.of()))).left());
  }

  @Test
  void memoryOfAWorkerThatIsGone_isLeft() {
    assertEquals(
        List.of("7 bytes of cpu-0 are reserved for workers that are gone"),
        remains(
                OptionalLong.empty(),
                ledger(
                    new Reservation("cpu-0", MemoryOwners.ofWorker(1, "r"), 7),
                    new Reservation("cpu-0", MemoryOwners.ofWorker(2, "r"), 5),
                    new Reservation("cpu-0", MemoryOwners.ofModel("m"), 10)),
                slot(2, 0, 0))
            .left());
  }

  private static EngineRemains remains(OptionalLong gone, LedgerView ledger, SlotFacts... slots) {
    return EngineRemains.of(
        new DeviceFacts("cpu-0", "serving", 100, 2, BOOKED.keySet(), Set.of(), List.of(slots)),
        gone,
        ledger);
  }

  private static LedgerView ledger(Reservation... held) {
    return new LedgerView("cpu-0", 100, 100, 22, List.of(held));
  }

  private static SlotFacts slot(long epoch, int calls, int leases) {
    return new SlotFacts(
        "a",
        epoch,
        100 + epoch,
        true,
        true,
        false,
        BOOKED,
        50,
        calls,
        new ArenaFacts(1_000, leases, 9));
  }

  private static WorkerAccount account(Map<String, Long> models) {
    return new WorkerAccount(models, 10, Map.of(), 1, 1_000);
  }
}
