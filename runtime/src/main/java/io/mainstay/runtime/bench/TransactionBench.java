package io.mainstay.runtime.bench;

import io.mainstay.actors.transaction.ShardedTransactions;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionSettings;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.node.DeviceList;
import io.mainstay.runtime.node.TemporaryNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Atomic operations on a node with its real participants: a model is held and memory of its device
 * reserved, both durably, committed, then released again before the next one. SQLite, with an fsync
 * for each commit.
 */
public final class TransactionBench {
  private static final String DEVICE = "cpu-0";
  private static final long BYTES = 4096;
  private static final int SINGLE_SHARE = 10;
  private static final int WARM_UP_MIN = 1_000;
  private static final long LOOK_MILLIS = 100;

  private final Terminal terminal;
  private final BenchSettings settings;
  private final AtomicLong done = new AtomicLong();

  public TransactionBench(Terminal terminal, BenchSettings settings) {
    this.terminal = terminal;
    this.settings = settings;
  }

  private record Run(long transactions, long nanos, Histogram commits, Histogram releases) {
    double rate() {
      return Math.round(transactions / (nanos / 1e9) * 10) / 10.0;
    }
  }

  /** Runs it. */
  public BenchDocument run() throws IOException {
    int side = settings.transactionsSide();
    int all = settings.transactions();
    try (TemporaryNode node =
        TemporaryNode.start("transactions", DeviceList.hocon(1, "none"), List.of())) {
      var system = node.node().system();
      ShardedTransactions transactions =
          new ShardedTransactions(
              system, EventStamper.system(), TransactionSettings.of(system.settings().config()));
      // Compiles, opens the shards, and reads the model ahead.
      run(transactions, side, Math.max(WARM_UP_MIN, all / SINGLE_SHARE));
      Run many = run(transactions, side, all);
      Run single = run(transactions, 1, Math.max(1, all / SINGLE_SHARE));
      return new BenchDocument.Builder("transactions")
          .figure("transactionsPerSecondAlone", rate(single))
          .figure("transactionsPerSecondAmong" + side, rate(many))
          .figure("commitAlone", millis(single.commits()))
          .figure("commitAmong" + side, millis(many.commits()))
          .figure("releaseAlone", millis(single.releases()))
          .figure("releaseAmong" + side, millis(many.releases()))
          .count("transactions", many.transactions())
          .count("atATime", side)
          .count("transactionsAlone", single.transactions())
          .build(many.transactions());
    }
  }

  private static BenchDocument.Figure rate(Run run) {
    return new BenchDocument.Figure(run.rate(), run.rate(), "1/s");
  }

  private static BenchDocument.Figure millis(Histogram nanos) {
    return new BenchDocument.Figure(
        Math.round(nanos.getValueAtPercentile(50) / 1e3) / 1e3,
        Math.round(nanos.getValueAtPercentile(99) / 1e3) / 1e3,
        "ms");
  }

  private Run run(ShardedTransactions transactions, int lanes, int count) {
    Histogram commits = new ConcurrentHistogram(60_000_000_000L, 3);
    Histogram releases = new ConcurrentHistogram(60_000_000_000L, 3);
    AtomicInteger left = new AtomicInteger(count);
    done.set(0);
    List<CompletableFuture<?>> chains = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < lanes; i++) {
      chains.add(new Lane(transactions, left, commits, releases).next().toCompletableFuture());
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(chains.toArray(CompletableFuture[]::new));
    try (ProgressLine progress = new ProgressLine(terminal, "transactions")) {
      while (!ended(all)) {
        progress.show(done.get(), count, "transactions");
      }
    }
    return new Run(count, System.nanoTime() - began, commits, releases);
  }

  private static boolean ended(CompletableFuture<Void> all) {
    try {
      all.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException notYet) {
      return false;
    } catch (ExecutionException e) {
      throw CliFailure.failed(
          "a transaction failed: " + e.getCause().getMessage(), "see the node's log", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.failed("interrupted", "run it again", e);
    }
  }

  /** Runs a transaction, releases it, and runs the next, while there are any left. */
  private final class Lane {
    private final ShardedTransactions transactions;
    private final AtomicInteger left;
    private final Histogram commits;
    private final Histogram releases;

    Lane(
        ShardedTransactions transactions,
        AtomicInteger left,
        Histogram commits,
        Histogram releases) {
      this.transactions = transactions;
      this.left = left;
      this.commits = commits;
      this.releases = releases;
    }

    CompletionStage<?> next() {
      if (left.getAndDecrement() <= 0) {
        return CompletableFuture.completedFuture(null);
      }
      String id = transactions.nextId();
      long began = System.nanoTime();
      return transactions
          .carryThrough(id, plan(id))
          .thenCompose(outcome -> release(id, outcome, began))
          .thenComposeAsync(released -> next());
    }

    private CompletionStage<?> release(String id, TransactionOutcome outcome, long began) {
      if (!outcome.committed()) {
        return CompletableFuture.failedFuture(
            new IllegalStateException(
                "transaction " + id + " aborted: " + outcome.code() + ": " + outcome.message()));
      }
      long committed = System.nanoTime();
      commits.recordValue(committed - began);
      return transactions
          .release(id, false, "bench")
          .thenAccept(
              released -> {
                releases.recordValue(System.nanoTime() - committed);
                done.incrementAndGet();
              });
    }

    private TransactionPlan plan(String id) {
      return new TransactionPlan.ModelMemory(
          Owners.OPERATOR,
          new ParticipantWork.PrepareModel(BenchNode.MODEL, "ram", 0),
          new ParticipantWork.AllocateMemory(DEVICE, "transaction:" + id, BYTES, "bench"),
          false);
    }
  }
}
