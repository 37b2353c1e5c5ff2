package io.mainstay.runtime.bench;

import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.runtime.cli.CliFailure;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One caller that asks for embeddings, each as soon as the one before is answered, and notes when
 * the first answer of each worker arrived. A request that fails is lost. Owns its thread.
 */
final class RequestStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RequestStream.class);
  private static final String[] TEXTS = {
    "The worker was killed, and the answer came nevertheless.",
    "Snow fell on the mountain pass all night.",
    "A fresh loaf cools on the window sill."
  };

  private final BenchNode node;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong retried = new AtomicLong();
  private final Thread thread = new Thread(this::ask, "bench-requests");
  private final Object news = new Object();
  private long epoch;
  private long epochSinceNanos;
  private long answersOfEpoch;

  RequestStream(BenchNode node) {
    this.node = node;
    thread.start();
  }

  long asked() {
    return asked.get();
  }

  long lost() {
    return lost.get();
  }

  /** Requests whose worker died under them and that were answered all the same. */
  long retried() {
    return retried.get();
  }

  /** Waits until the present worker has given that many answers; tells its epoch. */
  long awaitAnswers(int answers, long boundNanos) {
    return awaitNews(boundNanos, () -> answersOfEpoch >= answers, () -> epoch);
  }

  /**
   * Waits for the first answer of another worker than the dead one, which a standby may have been
   * before it; tells when it arrived, in nano time.
   */
  long awaitAfter(long deadEpoch, long boundNanos) {
    return awaitNews(boundNanos, () -> epoch != deadEpoch, () -> epochSinceNanos);
  }

  @Override
  public void close() {
    open.set(false);
    try {
      thread.join(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    while (open.get()) {
      int index = (int) (asked.getAndIncrement() % TEXTS.length);
      try {
        InferenceCommand.Embedded embedded = BenchNode.await(node.embed(TEXTS[index]));
        note(embedded, System.nanoTime());
      } catch (CliFailure failure) {
        lost.incrementAndGet();
        LOG.warn("request lost number={} cause={}", asked.get(), failure.getMessage());
      }
    }
  }

  private void note(InferenceCommand.Embedded embedded, long nanos) {
    answered.incrementAndGet();
    if (embedded.attempts() > 1) {
      retried.incrementAndGet();
    }
    synchronized (news) {
      if (embedded.epoch() != epoch) {
        epoch = embedded.epoch();
        epochSinceNanos = nanos;
        answersOfEpoch = 0;
      }
      answersOfEpoch++;
      news.notifyAll();
    }
  }

  private long awaitNews(long boundNanos, BooleanSupplier seen, LongSupplier value) {
    long end = System.nanoTime() + boundNanos;
    synchronized (news) {
      while (!seen.getAsBoolean()) {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          throw CliFailure.failed(
              "no answer of a new worker within " + boundNanos / 1_000_000 + " ms",
              "see the node's log; raise mainstay.runtime.bench.recovery-bound");
        }
        try {
          news.wait(millis);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw CliFailure.failed("interrupted", "run it again", e);
        }
      }
      return value.getAsLong();
    }
  }
}
