package io.mainstay.runtime.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionIds;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Durable events through real session entities: sharded, remembered, on SQLite with an fsync for
 * each commit. Every event is acknowledged before its entity gets the next command.
 */
public final class JournalBench {
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);
  private static final String DEVICE = "cpu-0";
  private static final String HASH = "0".repeat(64);
  private static final int SINGLE_EVENTS = 1_000;

  private final Terminal terminal;
  private final BenchSettings settings;
  private final AtomicLong durable = new AtomicLong();

  public JournalBench(Terminal terminal, BenchSettings settings) {
    this.terminal = terminal;
    this.settings = settings;
  }

  /** Runs it. */
  public BenchDocument run() throws IOException {
    try (EntityHost host = EntityHost.start("journal")) {
      // Compiles, and opens the shards.
      run(host, settings.journalEntities(), Math.max(2_000, settings.journalEvents() / 10));
      Run many = run(host, settings.journalEntities(), settings.journalEvents());
      Run single = run(host, 1, SINGLE_EVENTS);
      double rate = many.events() / (many.nanos() / 1e9);
      return new BenchDocument.Builder("journal")
          .figure("durableEventsPerSecond", new BenchDocument.Figure(rate(rate), rate(rate), "1/s"))
          .figure("persistAlone", single.figure())
          .figure("persistAmong" + settings.journalEntities(), many.figure())
          .count("events", many.events())
          .count("entities", settings.journalEntities())
          .build(many.events());
    }
  }

  private record Run(long events, long nanos, Histogram latencies) {
    BenchDocument.Figure figure() {
      return new BenchDocument.Figure(
          Math.round(latencies.getValueAtPercentile(50) / 1e3) / 1e3,
          Math.round(latencies.getValueAtPercentile(99) / 1e3) / 1e3,
          "ms");
    }
  }

  private Run run(EntityHost host, int entities, int events) {
    Histogram latencies = new ConcurrentHistogram(60_000_000_000L, 3);
    durable.set(0);
    List<CompletableFuture<?>> chains = new ArrayList<>();
    // An accepted session with a plan has two events; each batch adds two.
    int batches = Math.max(1, (events / entities - 2) / 2);
    long began = System.nanoTime();
    for (int i = 0; i < entities; i++) {
      chains.add(new Chain(host, latencies, batches).run().toCompletableFuture());
    }
    try (ProgressLine progress = new ProgressLine(terminal, "journal")) {
      CompletableFuture<Void> all =
          CompletableFuture.allOf(chains.toArray(CompletableFuture[]::new));
      while (!all.isDone()) {
        progress.show(durable.get(), (long) entities * (2L + 2L * batches), "events");
        host.pause(all);
      }
      all.join();
    }
    return new Run(durable.get(), System.nanoTime() - began, latencies);
  }

  /** One session that gets a command as soon as the one before is durable. */
  private final class Chain {
    private final ActorSystem<?> system;
    private final EntityRef<SessionProtocol.Command> session;
    private final Histogram latencies;
    private final int batches;

    Chain(EntityHost host, Histogram latencies, int batches) {
      this.system = host.system();
      this.session = host.sessions().session(new SessionIds(EventStamper.system()).next());
      this.latencies = latencies;
      this.batches = batches;
    }

    CompletionStage<?> run() {
      return this.<SessionView>persist(
              replyTo ->
                  new SessionProtocol.Accept(
                      new Workflow.TextEmbedding("bench", 1),
                      List.of(),
                      WorkClass.BATCH,
                      "",
                      "bench",
                      List.of(),
                      replyTo))
          .thenCompose(
              view ->
                  this.<SessionProtocol.Recorded>persist(
                      replyTo -> new SessionProtocol.RecordPlan(batches, 1, replyTo)))
          .thenCompose(planned -> batch(0));
    }

    private CompletionStage<?> batch(int index) {
      if (index == batches) {
        return CompletableFuture.completedFuture(null);
      }
      DocumentRange range = new DocumentRange(index, index + 1);
      return this.<SessionProtocol.Recorded>persist(
              replyTo -> new SessionProtocol.RecordDispatch(range, DEVICE, 1, false, replyTo))
          .thenCompose(
              dispatched ->
                  this.<SessionProtocol.Recorded>persist(
                      replyTo ->
                          new SessionProtocol.RecordBatch(
                              range, HASH, "bench", DEVICE, 1, 1, replyTo)))
          .thenComposeAsync(done -> batch(index + 1), system.executionContext());
    }

    private <R> CompletionStage<R> persist(
        Function<ActorRef<StatusReply<R>>, SessionProtocol.Command> command) {
      long began = System.nanoTime();
      return session
          .<R>askWithStatus(command::apply, ASK_TIMEOUT)
          .thenApply(
              reply -> {
                latencies.recordValue(System.nanoTime() - began);
                durable.incrementAndGet();
                return reply;
              });
    }
  }

  private static double rate(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
