package io.mainstay.actors.recovery.action.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Does the same for many, a few at a time. Thread-safe. */
final class AtATime {
  private AtATime() {}

  /**
   * Begins the next one when one of those under way has ended. One that fails fails the whole, once
   * those under way have ended.
   *
   * @param most under way at once, at least 1
   * @return what each came to, in the order of the items
   */
  static <T, R> CompletionStage<List<R>> each(
      List<T> items, int most, Function<T, CompletionStage<R>> work) {
    if (most < 1) {
      throw new IllegalArgumentException(most + " at a time; at least 1");
    }
    List<CompletableFuture<R>> results = new ArrayList<>();
    items.forEach(item -> results.add(new CompletableFuture<>()));
    List<CompletableFuture<Void>> lanes = new ArrayList<>();
    for (int lane = 0; lane < Math.min(most, items.size()); lane++) {
      lanes.add(lane(items, lane, most, work, results));
    }
    return CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new))
        .thenApply(done -> results.stream().map(CompletableFuture::join).toList());
  }

  /** One after the other: every {@code step}-th item. */
  private static <T, R> CompletableFuture<Void> lane(
      List<T> items,
      int at,
      int step,
      Function<T, CompletionStage<R>> work,
      List<CompletableFuture<R>> results) {
    if (at >= items.size()) {
      return CompletableFuture.completedFuture(null);
    }
    return work.apply(items.get(at))
        .thenAccept(results.get(at)::complete)
        .toCompletableFuture()
        .thenCompose(done -> lane(items, at + step, step, work, results));
  }
}
