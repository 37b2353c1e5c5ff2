package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.session.WorkClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeapBudgetTest {
  private final HeapBudget budget = new HeapBudget(100);
  private final HeapBudget.Share one =
      budget.share(new HeapOwner.OfSession("s1"), WorkClass.STANDARD);
  private final HeapBudget.Share other =
      budget.share(new HeapOwner.OfSession("s2"), WorkClass.STANDARD);

  private static CompletableFuture<Void> acquire(HeapBudget.Share share, String batch, long bytes) {
    return share.acquire(claim(batch), bytes).toCompletableFuture();
  }

  private static HeapClaim claim(String name) {
    return new HeapClaim.Reservation(name);
  }

  @Test
  void batchOfAnotherRunner_waitsForTheRelease() {
    assertTrue(acquire(one, "a", 80).isDone());
    CompletableFuture<Void> waiting = acquire(other, "b", 80);
    assertFalse(waiting.isDone());
    one.release(claim("a"));
    assertTrue(waiting.isDone());
  }

  @Test
  void lowerClasses_areToldOnceAHigherOneHasToWait() {
    List<String> told = new ArrayList<>();
    HeapBudget.Share batch = budget.share(new HeapOwner.OfSession("s3"), WorkClass.BATCH);
    HeapBudget.Share interactive =
        budget.share(new HeapOwner.OfSession("s4"), WorkClass.INTERACTIVE);
    batch.whenWanted(() -> told.add("batch"));
    one.whenWanted(() -> told.add("standard"));
    interactive.whenWanted(() -> told.add("interactive"));
    acquire(batch, "a", 60);
    acquire(interactive, "b", 40);
    assertEquals(List.of(), told, "there was room");
    acquire(one, "c", 60);
    assertEquals(List.of("batch"), told);
    assertTrue(batch.isWanted());
    assertFalse(one.isWanted());
    batch.close();
    acquire(interactive, "d", 90);
    assertEquals(List.of("batch", "standard"), told);
  }

  @Test
  void whatIsTakenAtOnceOrNotAtAll_asksNobodyToGiveWay_andDoesNotWait() {
    List<String> told = new ArrayList<>();
    HeapBudget.Share batch = budget.share(new HeapOwner.OfSession("s3"), WorkClass.BATCH);
    batch.whenWanted(() -> told.add("batch"));
    acquire(batch, "a", 60);
    assertFalse(one.tryAcquire(claim("b"), 60));
    assertEquals(List.of(), told);
    assertFalse(batch.isWanted());
    assertEquals(60, budget.granted());
    assertTrue(one.tryAcquire(claim("c"), 40));
    assertEquals(100, budget.granted());
    batch.close();
    assertFalse(one.tryAcquire(claim("d"), 61), "60 are free");
    one.close();
    assertEquals(0, budget.granted());
    assertFalse(one.tryAcquire(claim("e"), 1), "it is over");
  }

  @Test
  void batchThatTakesNothing_neverWaits() {
    acquire(one, "a", 100);
    assertTrue(acquire(other, "b", 0).isDone());
  }

  @Test
  void runnerEnds_allThatItHasOrWaitsForIsGivenBack() {
    acquire(one, "a", 60);
    acquire(one, "b", 60);
    CompletableFuture<Void> waiting = acquire(other, "c", 90);
    one.close();
    assertTrue(waiting.isDone());
    assertEquals(90, budget.granted());
    assertFalse(acquire(one, "late", 1).isDone());
    assertEquals(90, budget.granted());
  }

  @Test
  void claims_areTheirOwners_andGivenBackWithThem() {
    HeapOwner transaction = new HeapOwner.OfTransaction("s1");
    acquire(one, "a", 10);
    acquire(one, "b", 20);
    acquire(budget.share(transaction, WorkClass.BATCH), "c", 30);
    acquire(other, "waits", 50);
    HeapOwner session = new HeapOwner.OfSession("s1");
    assertEquals(
        Map.of(session, 30L, transaction, 30L),
        Map.of(
            session, budget.claims().get(session), transaction, budget.claims().get(transaction)));
    assertEquals(Map.of("s1", 30L), HeapRights.ofTransactions(budget.claims()));
    assertEquals(Map.of("s1", 30L), HeapRights.ofSessions(Map.of(session, 30L, transaction, 30L)));
    budget.release(session);
    assertEquals(80, budget.granted());
    assertEquals(List.of(false), List.of(budget.claims().containsKey(session)));
  }
}
