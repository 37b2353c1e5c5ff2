package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.protocol.frame.FrameFault;
import io.mainstay.protocol.frame.FrameReader;
import io.mainstay.protocol.wire.SchemaRefused;
import io.mainstay.protocol.wire.WorkerMessageAdapter;
import java.io.IOException;
import java.io.InputStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a worker's stdout to its end. Each frame is handled under a lock that {@link #stop} takes
 * too: after it no frame is handled any more, even if this thread is still stuck in a read because
 * somebody else holds the pipe.
 */
final class WorkerReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerReader.class);

  /** Frames of another epoch after which a worker is not taken seriously any more. */
  private static final long FOREIGN_FRAMES_MAX = 8;

  private final InputStream stdout;
  private final FrameReader frames;
  private final WorkerMessageAdapter adapter;
  private final WorkerProcess owner;
  private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
  private final Object handling = new Object();
  private boolean stopped;
  private volatile boolean waiting;
  private volatile String fault = "";

  WorkerReader(
      InputStream stdout, int frameBytesMax, WorkerMessageAdapter adapter, WorkerProcess owner) {
    this.stdout = stdout;
    this.frames = new FrameReader(frameBytesMax);
    this.adapter = adapter;
    this.owner = owner;
  }

  @Override
  public void run() {
    try {
      while (read() >= 0) {
        handleFrames();
      }
      owner.stdoutEnded();
      frames.endOfStream();
    } catch (FrameFault e) {
      fault = e.getMessage();
      // Half a frame at the end is how a crash looks; the exit tells whether it was one.
      if (e.kind() != FrameFault.Kind.TRUNCATED) {
        owner.kill(DeathCause.PROTOCOL_ERROR, e.getMessage());
      }
    } catch (SchemaRefused e) {
      owner.kill(DeathCause.INCOMPATIBLE, e.getMessage());
    }
  }

  private int read() {
    waiting = true;
    try {
      return frames.readFrom(stdout);
    } catch (IOException first) {
      // At its end Java swaps the stream below for what is left of it; the second read sees that.
      try {
        return frames.readFrom(stdout);
      } catch (IOException second) {
        LOG.debug("stdout of worker broke", second);
        return -1;
      }
    } finally {
      waiting = false;
    }
  }

  /** All frames that came were handled, and this thread waits for more. */
  boolean isWaiting() {
    return waiting;
  }

  private void handleFrames() throws FrameFault, SchemaRefused {
    while (frames.next(frame)) {
      synchronized (handling) {
        if (stopped) {
          return;
        }
        handle();
      }
    }
    if (adapter.foreignEpochs() > FOREIGN_FRAMES_MAX) {
      owner.kill(
          DeathCause.PROTOCOL_ERROR,
          adapter.foreignEpochs() + " of its frames carried the epoch of another worker");
    }
  }

  private void handle() throws FrameFault, SchemaRefused {
    try {
      adapter.onFrame(frame, frames.frameOffset());
    } catch (RuntimeException e) {
      // A listener that throws must not end the reading of everybody else's answers.
      LOG.error("listener of a worker failed", e);
    } catch (InternalError e) {
      // How the JVM reports mapped memory that is gone; only the worker can have cut it.
      owner.kill(DeathCause.PROTOCOL_ERROR, "its arena could not be read: " + e.getMessage());
    }
  }

  /** From here on no frame is handled. */
  void stop() {
    synchronized (handling) {
      stopped = true;
    }
  }

  /** What was wrong with the bytes, or empty. */
  String fault() {
    return fault;
  }
}
