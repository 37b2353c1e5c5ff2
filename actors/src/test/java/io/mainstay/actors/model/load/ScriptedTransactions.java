package io.mainstay.actors.model.load;

import io.mainstay.actors.transaction.TransactionStarter;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol.Released;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Transactions that end as a test says. */
final class ScriptedTransactions implements TransactionStarter {
  record Begun(String id, TransactionPlan plan, CompletableFuture<TransactionOutcome> end) {
    void commit() {
      end.complete(new TransactionOutcome(id, true, "", "", "", null));
    }

    void abort(String code) {
      end.complete(new TransactionOutcome(id, false, code, "cause", "remedy", null));
    }
  }

  record Release(String id, boolean handOver, CompletableFuture<Released> end) {
    void done() {
      end.complete(new Released(id, "released"));
    }
  }

  private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();
  private final BlockingQueue<Release> releases = new LinkedBlockingQueue<>();

  Begun nextBegun() throws InterruptedException {
    return next(begun);
  }

  Release nextRelease() throws InterruptedException {
    return next(releases);
  }

  private static <T> T next(BlockingQueue<T> from) throws InterruptedException {
    T next = from.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was asked for within 10 s");
    }
    return next;
  }

  @Override
  public String nextId() {
    throw new IllegalStateException("a load's transactions have the ids of its saga");
  }

  @Override
  public CompletionStage<TransactionOutcome> carryThrough(String id, TransactionPlan plan) {
    CompletableFuture<TransactionOutcome> end = new CompletableFuture<>();
    begun.add(new Begun(id, plan, end));
    return end;
  }

  @Override
  public CompletionStage<Released> release(String id, boolean handOver, String reason) {
    CompletableFuture<Released> end = new CompletableFuture<>();
    releases.add(new Release(id, handOver, end));
    return end;
  }
}
