package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.session.WorkClass;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeapBudgetTest {
  private final HeapBudget budget = new HeapBudget(100);
  private final HeapBudget.Share one = budget.share("s1", WorkClass.STANDARD);
  private final HeapBudget.Share other = budget.share("s2", WorkClass.STANDARD);

  private static CompletableFuture<Void> acquire(HeapBudget.Share share, String batch, long bytes) {
    return share.acquire(batch, bytes).toCompletableFuture();
  }

  @Test
  void batchOfAnotherRunner_waitsForTheRelease() {
    assertTrue(acquire(one, "a", 80).isDone());
    CompletableFuture<Void> waiting = acquire(other, "b", 80);
    assertFalse(waiting.isDone());
    one.release("a");
    assertTrue(waiting.isDone());
  }

  @Test
  void lowerClasses_areToldOnceAHigherOneHasToWait() {
    List<String> told = new ArrayList<>();
    HeapBudget.Share batch = budget.share("s3", WorkClass.BATCH);
    HeapBudget.Share interactive = budget.share("s4", WorkClass.INTERACTIVE);
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
    HeapBudget.Share batch = budget.share("s3", WorkClass.BATCH);
    batch.whenWanted(() -> told.add("batch"));
    acquire(batch, "a", 60);
    assertFalse(one.tryAcquire("b", 60));
    assertEquals(List.of(), told);
    assertFalse(batch.isWanted());
    assertEquals(60, budget.granted());
    assertTrue(one.tryAcquire("c", 40));
    assertEquals(100, budget.granted());
    batch.close();
    assertFalse(one.tryAcquire("d", 61), "60 are free");
    one.close();
    assertEquals(0, budget.granted());
    assertFalse(one.tryAcquire("e", 1), "it is over");
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
}
