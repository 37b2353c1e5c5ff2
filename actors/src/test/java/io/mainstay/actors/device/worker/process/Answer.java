package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.protocol.WorkerFault;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Waits for the outcome of one call. */
final class Answer<T> implements Consumer<CallOutcome<T>> {
  private final CompletableFuture<CallOutcome<T>> outcome = new CompletableFuture<>();

  @Override
  public void accept(CallOutcome<T> answered) {
    if (!outcome.complete(answered)) {
      throw new AssertionError("A call was answered twice: " + answered);
    }
  }

  CallOutcome<T> await() throws Exception {
    return outcome.get(RecordedListener.SECONDS, TimeUnit.SECONDS);
  }

  T value() throws Exception {
    if (await() instanceof CallOutcome.Done<T> done) {
      return done.value();
    }
    throw new AssertionError("Not done: " + await());
  }

  WorkerFault fault() throws Exception {
    if (await() instanceof CallOutcome.Failed<T> failed) {
      return failed.fault();
    }
    throw new AssertionError("Not failed: " + await());
  }

  boolean isLost() throws Exception {
    return await() instanceof CallOutcome.WorkerLost<T>;
  }

  boolean isOpen() {
    return !outcome.isDone();
  }
}
