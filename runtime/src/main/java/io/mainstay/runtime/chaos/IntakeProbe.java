package io.mainstay.runtime.chaos;

import io.mainstay.client.ClientException;
import io.mainstay.client.NodeBusyException;
import io.mainstay.client.RequestRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Submits small pieces of work while a node is disturbed, without a pause to speak of, and notes
 * how each is answered. Its own thread; closed by who started it.
 */
final class IntakeProbe implements AutoCloseable {
  private static final int DIGITS = 3;
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(2);

  private final ChaosWork work;
  private final Duration every;
  private final Duration bound;
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final Histogram answers = new Histogram(HIGHEST_MICROS, DIGITS);
  private final Thread thread;
  private long submissions;
  private long accepted;
  private long deferred;
  private long refused;
  private long late;

  private IntakeProbe(ChaosWork work, ChaosSettings settings) {
    this.work = work;
    this.every = settings.submitEvery();
    this.bound = settings.answerBound();
    this.thread = new Thread(this::submitting, "chaos-intake-probe");
  }

  /** Begins. */
  static IntakeProbe start(ChaosWork work, ChaosSettings settings) {
    IntakeProbe probe = new IntakeProbe(work, settings);
    probe.thread.setDaemon(true);
    probe.thread.start();
    return probe;
  }

  private void submitting() {
    while (running.get()) {
      submit();
      LockSupport.parkNanos(every.toNanos());
    }
  }

  private synchronized void submit() {
    submissions++;
    long began = System.nanoTime();
    boolean answered = true;
    try {
      work.submitFew();
      accepted++;
    } catch (NodeBusyException busy) {
      deferred++;
    } catch (RequestRefusedException no) {
      answered = no.retryAfter().toMillis() > 0;
      deferred += answered ? 1 : 0;
      refused += answered ? 0 : 1;
    } catch (ClientException | IOException no) {
      answered = false;
      refused++;
    }
    long nanos = System.nanoTime() - began;
    answers.recordValue(Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
    if (answered && nanos > bound.toNanos()) {
      late++;
    }
  }

  /** What it has seen so far. */
  synchronized ChaosDocument.IntakeFigures figures() {
    double share = submissions == 0 ? 1 : (double) (accepted + deferred - late) / submissions;
    return new ChaosDocument.IntakeFigures(
        submissions,
        accepted,
        deferred,
        refused,
        late,
        share,
        answers.getValueAtPercentile(50) / 1000.0,
        answers.getValueAtPercentile(99) / 1000.0);
  }

  @Override
  public void close() {
    running.set(false);
    try {
      thread.join(TimeUnit.MINUTES.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
