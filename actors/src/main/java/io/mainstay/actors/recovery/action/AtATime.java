package io.mainstay.actors.recovery.action;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Does the same for many, one or a few at a time. Thread-safe. */
public final class AtATime {
  private AtATime() {}

  /**
   * One after the other. One that fails fails the whole, and none is begun after it.
   *
   * @return what each came to, in the order of the items
   */
  public static <T, R> CompletionStage<List<R>> one(
      Collection<T> items, Function<T, CompletionStage<R>> work) {
    return each(List.copyOf(items), 1, work);
  }

  /**
   * Begins the next one when one of those under way has ended. One that fails fails the whole, once
   * those under way have ended.
   *
   * @param most under way at once, at least 1
   * @return what each came to, in the order of the items
   */
  public static <T, R> CompletionStage<List<R>> each(
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
      int from,
      int step,
      Function<T, CompletionStage<R>> work,
      List<CompletableFuture<R>> results) {
    CompletableFuture<Void> before = CompletableFuture.completedFuture(null);
    for (int i = from; i < items.size(); i += step) {
      int at = i;
      before =
          before
              .thenCompose(done -> work.apply(items.get(at)))
              .thenAccept(results.get(at)::complete);
    }
    return before;
  }
}
