package io.mainstay.actors.device.worker.process;

import io.mainstay.protocol.wire.WorkerMessageAdapter;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The three pipes of a running worker with the thread of each. Owned by the thread of its life. */
final class WorkerPipes {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPipes.class);

  /** For reading what is left after the exit. */
  private static final Duration LAST_READ = Duration.ofMillis(20);

  private final Process process;
  private final WorkerReader reader;
  private final WorkerOutbox outbox;
  private final StderrForwarder stderr;
  private final Thread reading;
  private final Thread writing;
  private final Thread forwarding;

  WorkerPipes(
      Process process,
      String name,
      int frameBytesMax,
      WorkerMessageAdapter adapter,
      WorkerOutbox outbox,
      WorkerProcess owner) {
    this.process = process;
    this.outbox = outbox;
    this.reader = new WorkerReader(process.getInputStream(), frameBytesMax, adapter, owner);
    this.stderr = new StderrForwarder(process.getErrorStream(), "pid=" + process.pid());
    this.reading = WorkerSpawner.daemon(name + "-out", reader);
    this.forwarding = WorkerSpawner.daemon(name + "-err", stderr);
    this.writing =
        WorkerSpawner.daemon(name + "-in", () -> outbox.writeAll(process.getOutputStream()));
  }

  void start() {
    reading.start();
    forwarding.start();
    writing.start();
  }

  /**
   * After the exit: lets reader and stderr come to their ends, for a bounded time, then cuts them
   * off. No frame is handled after it.
   */
  void finish() {
    if (!ends(reading)) {
      // Somebody else holds the pipe: a child that the worker left behind.
      Executioner.killGroup(process.pid());
      ends(reading);
    }
    ends(forwarding);
    reader.stop();
    writing.interrupt();
  }

  /** Whether everything that was read from stdout was handled, and everything sent is written. */
  boolean quiet() {
    return reader.isWaiting() && outbox.written();
  }

  /** What was wrong with the bytes of stdout, or empty. */
  String streamFault() {
    return reader.fault();
  }

  /** The last lines of stderr, oldest first. */
  List<String> stderrTail() {
    return stderr.tail();
  }

  /** The last line of stderr, or empty. */
  String lastLine() {
    return stderr.lastLine();
  }

  private static boolean ends(Thread thread) {
    try {
      thread.join(LAST_READ.toMillis());
    } catch (InterruptedException e) {
      // A call to reap that came late; the wait is over either way.
      LOG.debug("last read interrupted");
    }
    return !thread.isAlive();
  }
}
