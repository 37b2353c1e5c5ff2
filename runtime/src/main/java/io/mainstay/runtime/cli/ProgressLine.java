package io.mainstay.runtime.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Progress of one long thing on standard error: a bar that is drawn over on a terminal, a plain
 * line about every two seconds elsewhere. Not thread-safe.
 */
public final class ProgressLine implements AutoCloseable {
  private static final int BAR_WIDTH = 30;
  private static final long PLAIN_INTERVAL_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long BAR_INTERVAL_NANOS = Duration.ofMillis(50).toNanos();

  private final PrintStream err;
  private final boolean interactive;
  private final String what;
  private long lastDrawnNanos;
  private long lastDone = -1;
  private boolean drawn;

  public ProgressLine(Terminal terminal, String what) {
    this.err = terminal.err();
    this.interactive = terminal.interactive();
    this.what = what;
  }

  /** Shows how far it is, unless the total is unknown, or that was shown a moment ago. */
  public void show(long done, long total, String unit) {
    long now = System.nanoTime();
    long interval = interactive ? BAR_INTERVAL_NANOS : PLAIN_INTERVAL_NANOS;
    boolean early = drawn && done < total && now - lastDrawnNanos < interval;
    if (total == 0 || done == lastDone || early) {
      return;
    }
    lastDone = done;
    lastDrawnNanos = now;
    drawn = true;
    int percent = (int) (100 * done / total);
    if (interactive) {
      int filled = BAR_WIDTH * percent / 100;
      err.print(
          String.format(
              Locale.ROOT,
              "\r%s [%s%s] %3d %% %d/%d %s\u001b[K",
              what,
              "#".repeat(filled),
              ".".repeat(BAR_WIDTH - filled),
              percent,
              done,
              total,
              unit));
    } else {
      err.println(what + ": " + done + " of " + total + " " + unit + " (" + percent + " %)");
    }
    err.flush();
  }

  /** Ends the bar's line. */
  @Override
  public void close() {
    if (interactive && drawn) {
      err.println();
    }
  }
}
