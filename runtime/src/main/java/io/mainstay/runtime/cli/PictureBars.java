package io.mainstay.runtime.cli;

import io.mainstay.actors.gateway.GatewayReply.BatchProgress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Progress of a session that makes pictures, on standard error: on a terminal a line for the
 * session and a bar for each picture that is worked on, drawn over; elsewhere plain lines, about
 * one every two seconds and one for each picture more that is done. Not thread-safe.
 */
public final class PictureBars implements AutoCloseable {
  /** Bars at a time, so that they fit a small terminal; a line says how many more there are. */
  private static final int BARS_MAX = 16;

  private static final int BAR_WIDTH = 30;
  private static final long PLAIN_INTERVAL_NANOS = Duration.ofSeconds(2).toNanos();
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintStream err;
  private final boolean interactive;
  private final String what;
  private int linesDrawn;
  private int lastDone = -1;
  private long lastPlainNanos = System.nanoTime();

  public PictureBars(Terminal terminal, String what) {
    this.err = terminal.err();
    this.interactive = terminal.interactive();
    this.what = what;
  }

  /**
   * Shows how far it is.
   *
   * @param done pictures that are done
   * @param total pictures; 0 when they are not counted yet
   * @param batches what is worked on now
   */
  public void show(int done, int total, List<BatchProgress> batches) {
    if (total == 0) {
      return;
    }
    if (interactive) {
      draw(done, total, batches);
    } else {
      say(done, total, batches);
    }
    err.flush();
  }

  /** Leaves the last drawing on the terminal. */
  @Override
  public void close() {
    linesDrawn = 0;
    err.flush();
  }

  private void draw(int done, int total, List<BatchProgress> batches) {
    List<String> lines = new ArrayList<>();
    lines.add(summary(done, total));
    int pictures = 0;
    for (BatchProgress batch : batches) {
      for (int picture = batch.from(); picture < batch.to(); picture++) {
        if (++pictures <= BARS_MAX) {
          lines.add(bar(picture, batch));
        }
      }
    }
    if (pictures > BARS_MAX) {
      lines.add("  and " + (pictures - BARS_MAX) + " more");
    }
    if (linesDrawn > 0) {
      err.print("\u001b[" + linesDrawn + "A");
    }
    lines.forEach(line -> err.print("\r" + line + CLEAR_LINE + "\n"));
    err.print(CLEAR_BELOW);
    linesDrawn = lines.size();
  }

  private void say(int done, int total, List<BatchProgress> batches) {
    long now = System.nanoTime();
    if (done != lastDone) {
      err.println(summary(done, total));
      lastDone = done;
    } else if (now - lastPlainNanos < PLAIN_INTERVAL_NANOS) {
      return;
    } else {
      batches.forEach(batch -> err.println(plain(batch)));
    }
    lastPlainNanos = now;
  }

  private String summary(int done, int total) {
    return what + ": " + done + " of " + total + " pictures (" + 100L * done / total + " %)";
  }

  private static String bar(int picture, BatchProgress batch) {
    int filled = BAR_WIDTH * percent(batch) / 100;
    return String.format(
        Locale.ROOT,
        "  picture %d [%s%s] %3d %% %s %d/%d",
        picture,
        "#".repeat(filled),
        ".".repeat(BAR_WIDTH - filled),
        percent(batch),
        batch.activity(),
        batch.done(),
        batch.total());
  }

  private static String plain(BatchProgress batch) {
    String pictures =
        batch.to() - batch.from() == 1
            ? "picture " + batch.from()
            : "pictures " + batch.from() + " to " + (batch.to() - 1);
    return pictures
        + ": "
        + batch.activity()
        + ", step "
        + batch.done()
        + " of "
        + batch.total()
        + " ("
        + percent(batch)
        + " %)";
  }

  private static int percent(BatchProgress batch) {
    return batch.total() == 0 ? 0 : (int) (100L * batch.done() / batch.total());
  }
}
