package io.mainstay.actors.device.worker.process;

import io.mainstay.protocol.frame.FrameFault;
import io.mainstay.protocol.wire.WorkerProxy;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be written to a worker. Anybody may put a message in, nobody waits for the pipe;
 * one thread encodes and writes. The queue holds every open call and {@link #CONTROL_MESSAGES}
 * pings, cancels and drains on top: it is full only when the worker stopped reading.
 */
final class WorkerOutbox {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerOutbox.class);

  /** Room for messages that are not calls. */
  static final int CONTROL_MESSAGES = 64;

  /** One message to be. */
  interface Message {
    /** Builds the frame. Runs on the writing thread. */
    void encode(WorkerProxy proxy) throws FrameFault;

    /** The frame could not be built; the connection goes on. */
    default void refused(String why) {
      LOG.warn("message to worker refused why={}", why);
    }
  }

  private final BlockingQueue<Message> queue;
  private final WorkerProxy proxy;
  private volatile boolean waiting;

  WorkerOutbox(int callsMax, WorkerProxy proxy) {
    this.queue = new ArrayBlockingQueue<>(callsMax + OpenCalls.STATE_CALLS_MAX + CONTROL_MESSAGES);
    this.proxy = proxy;
  }

  /** False when the queue is full. */
  boolean offer(Message message) {
    return queue.offer(message);
  }

  /** Whether nothing waits, and nothing is being written. */
  boolean written() {
    return waiting && queue.isEmpty();
  }

  /** Writes until the pipe breaks or the thread is interrupted, which is how it is stopped. */
  void writeAll(OutputStream stdin) {
    try {
      while (true) {
        waiting = true;
        Message message = queue.take();
        waiting = false;
        if (built(message)) {
          proxy.writeTo(stdin);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("writer stopped");
    } catch (IOException e) {
      // The worker is gone or going; the end of its stdout or its exit tells the rest.
      LOG.debug("stdin of worker broke", e);
    }
  }

  private boolean built(Message message) {
    try {
      message.encode(proxy);
      return true;
    } catch (FrameFault | IllegalArgumentException | IllegalStateException e) {
      message.refused(e.getMessage());
      return false;
    }
  }
}
