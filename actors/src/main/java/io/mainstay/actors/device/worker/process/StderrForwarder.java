package io.mainstay.actors.device.worker.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards a worker's stderr to the logger {@code mainstay.worker}, with its pid, and keeps the
 * last lines for its death report. Run by a thread of its own until the stream ends.
 */
final class StderrForwarder implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger("mainstay.worker");
  private static final int LINES_KEPT = 20;
  private static final int LINE_CHARS_MAX = 4096;

  private final InputStream stderr;
  private final String who;
  private final Deque<String> tail = new ArrayDeque<>();

  StderrForwarder(InputStream stderr, String who) {
    this.stderr = stderr;
    this.who = who;
  }

  @Override
  public void run() {
    try (var lines = new BufferedReader(new InputStreamReader(stderr, StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int c = lines.read(); c >= 0; c = lines.read()) {
        if (c == '\n' || line.length() >= LINE_CHARS_MAX) {
          take(line);
        }
        if (c != '\n') {
          line.append((char) c);
        }
      }
      take(line);
    } catch (IOException e) {
      // The process ended and took the pipe with it; what came before is kept.
      LOG.debug("stderr ended worker={}", who, e);
    }
  }

  /** The last lines, oldest first. */
  List<String> tail() {
    synchronized (tail) {
      return List.copyOf(tail);
    }
  }

  /** The last line, or empty. */
  String lastLine() {
    synchronized (tail) {
      return tail.isEmpty() ? "" : tail.peekLast();
    }
  }

  private void take(StringBuilder buffer) {
    if (buffer.length() == 0) {
      return;
    }
    String line = buffer.toString();
    buffer.setLength(0);
    synchronized (tail) {
      if (tail.size() == LINES_KEPT) {
        tail.removeFirst();
      }
      tail.addLast(line);
    }
    if (line.startsWith("level=error")) {
      LOG.error("{} {}", who, line);
    } else if (line.startsWith("level=warn")) {
      LOG.warn("{} {}", who, line);
    } else {
      LOG.info("{} {}", who, line);
    }
  }
}
