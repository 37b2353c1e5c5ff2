package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.protocol.WorkerFault;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that has not been answered. Answered at most once, whoever comes first; gives back what it
 * holds before its caller hears of it.
 */
class OpenCall<T> {
  private static final Logger LOG = LoggerFactory.getLogger(OpenCall.class);

  private final Consumer<CallOutcome<T>> onDone;
  private final AtomicBoolean answered = new AtomicBoolean();

  OpenCall(Consumer<CallOutcome<T>> onDone) {
    this.onDone = onDone;
  }

  final void done(T value) {
    answer(new CallOutcome.Done<>(value));
  }

  final void failed(WorkerFault fault) {
    answer(new CallOutcome.Failed<>(fault));
  }

  final void lost(long epoch) {
    answer(new CallOutcome.WorkerLost<>(epoch));
  }

  /** Whether it belongs to the state protocol, which has places of its own. */
  boolean isOfState() {
    return false;
  }

  /** Gives back what the call holds; nothing for most. */
  void release() {}

  private void answer(CallOutcome<T> outcome) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    release();
    try {
      onDone.accept(outcome);
    } catch (RuntimeException e) {
      // A callback only tells; one that throws must not end the reader of everybody else's answers.
      LOG.error("callback of a call failed outcome={}", outcome.getClass().getSimpleName(), e);
    }
  }
}
