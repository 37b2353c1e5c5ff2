package io.mainstay.actors.recovery.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AtATimeTest {
  private final List<CompletableFuture<String>> begun = new ArrayList<>();

  @Test
  void noMoreThanSoMany_areUnderWay_andAnswersKeepTheirOrder() {
    CompletableFuture<List<String>> all =
        AtATime.each(IntStream.range(0, 8).boxed().toList(), 3, this::begin).toCompletableFuture();
    int ended = 0;
    while (ended < 8) {
      assertTrue(begun.size() - ended <= 3, begun.size() + " begun, " + ended + " ended");
      assertFalse(all.isDone());
      CompletableFuture<String> next = begun.get(ended);
      ended++;
      next.complete("ended " + (ended - 1));
    }
    assertEquals(8, begun.size());
    assertEquals(8, all.join().size());
  }

  @Test
  void answersAreInTheOrderOfTheItems_notOfTheirEnds() {
    CompletableFuture<List<String>> all =
        AtATime.each(List.of(0, 1, 2), 3, this::begin).toCompletableFuture();
    begun.get(2).complete("c");
    begun.get(0).complete("a");
    begun.get(1).complete("b");
    assertEquals(List.of("a", "b", "c"), all.join());
  }

  @Test
  void oneThatFails_failsTheWhole() {
    CompletableFuture<List<String>> all =
        AtATime.each(List.of(0, 1), 1, this::begin).toCompletableFuture();
    begun.get(0).completeExceptionally(new IllegalStateException("disk"));
    CompletionException failure = assertThrows(CompletionException.class, all::join);
    assertEquals("disk", failure.getCause().getMessage());
    assertEquals(1, begun.size(), "nothing more is begun");
  }

  @Test
  void oneAtATime_beginsTheNext_whenTheOneBeforeHasEnded() {
    CompletableFuture<List<String>> all =
        AtATime.one(List.of(0, 1), this::begin).toCompletableFuture();
    assertEquals(1, begun.size());
    begun.get(0).complete("a");
    assertEquals(2, begun.size());
    begun.get(1).complete("b");
    assertEquals(List.of("a", "b"), all.join());
  }

  /** However many are done at once, as where nothing has to be asked. */
  @Test
  void oneAtATime_doesManyThatNeedNoTime() {
    List<Integer> many = IntStream.range(0, 100_000).boxed().toList();
    assertEquals(
        many, AtATime.one(many, CompletableFuture::completedFuture).toCompletableFuture().join());
  }

  @Test
  void nothingToDo_isDone() {
    assertEquals(
        List.of(), AtATime.each(List.<Integer>of(), 3, this::begin).toCompletableFuture().join());
    assertThrows(IllegalArgumentException.class, () -> AtATime.each(List.of(1), 0, this::begin));
  }

  private CompletableFuture<String> begin(int item) {
    CompletableFuture<String> one = new CompletableFuture<>();
    begun.add(one);
    return one;
  }
}
