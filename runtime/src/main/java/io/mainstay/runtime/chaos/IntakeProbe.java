package io.mainstay.runtime.chaos;

import io.mainstay.client.NodeBusyException;
import io.mainstay.client.RequestRefusedException;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * Submits small pieces of work at a fixed rate while a node is disturbed, whether or not those
 * before are answered, and notes how each is. What cannot be sent, since too many wait already,
 * counts as not answered. Its own threads; closed by who started it.
 */
final class IntakeProbe implements AutoCloseable {
  /** One submission; the work is accepted when it returns. */
  @FunctionalInterface
  interface Submitting {
    void submit() throws IOException;
  }

  private static final int DIGITS = 3;
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(2);
  private static final long CLOSE_SECONDS = 60;

  private final Submitting work;
  private final long boundNanos;
  private final ScheduledExecutorService clock;
  private final ExecutorService senders;
  private final Histogram answers = new Histogram(HIGHEST_MICROS, DIGITS);
  private long submissions;
  private long accepted;
  private long deferred;
  private long refused;
  private long late;

  private IntakeProbe(Submitting work, ChaosSettings settings) {
    this.work = work;
    this.boundNanos = settings.answerBound().toNanos();
    this.clock = new ScheduledThreadPoolExecutor(1, threads("clock"));
    this.senders =
        new ThreadPoolExecutor(
            0,
            settings.submitInFlightMax(),
            CLOSE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            threads("sender"));
  }

  private static ThreadFactory threads(String what) {
    AtomicInteger number = new AtomicInteger();
    return body -> {
      Thread thread = new Thread(body, "chaos-intake-" + what + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Begins. */
  static IntakeProbe start(Submitting work, ChaosSettings settings) {
    IntakeProbe probe = new IntakeProbe(work, settings);
    long every = settings.submitEvery().toNanos();
    probe.clock.scheduleAtFixedRate(probe::send, 0, every, TimeUnit.NANOSECONDS);
    return probe;
  }

  private void send() {
    synchronized (this) {
      submissions++;
    }
    long began = System.nanoTime();
    try {
      senders.execute(() -> submit(began));
    } catch (RejectedExecutionException full) {
      // Too many wait for an answer: this one gets none.
      return;
    }
  }

  private void submit(long began) {
    try {
      work.submit();
      answered(began, () -> accepted++);
    } catch (NodeBusyException busy) {
      answered(began, () -> deferred++);
    } catch (RequestRefusedException no) {
      answered(began, no.retryAfter().toMillis() > 0 ? () -> deferred++ : () -> refused++);
    } catch (IOException | RuntimeException no) {
      // Whatever it is, it is no answer: what no counter has is not answered.
      return;
    }
  }

  private void answered(long began, Runnable counted) {
    long nanos = System.nanoTime() - began;
    synchronized (this) {
      answers.recordValue(Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
      if (nanos > boundNanos) {
        late++;
      } else {
        counted.run();
      }
    }
  }

  /** Sends no more, waits for what is on its way, and says what was seen. */
  ChaosDocument.IntakeFigures stop() {
    close();
    return figures();
  }

  /** What it has seen so far; what is on its way counts as not answered. */
  synchronized ChaosDocument.IntakeFigures figures() {
    double share = submissions == 0 ? 1 : (double) (accepted + deferred) / submissions;
    return new ChaosDocument.IntakeFigures(
        submissions,
        accepted,
        deferred,
        refused,
        late,
        submissions - accepted - deferred - refused - late,
        share,
        answers.getValueAtPercentile(50) / 1000.0,
        answers.getValueAtPercentile(99) / 1000.0);
  }

  @Override
  public void close() {
    clock.shutdown();
    try {
      clock.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      senders.shutdown();
      senders.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
