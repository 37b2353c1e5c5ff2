package io.mainstay.runtime.bench;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.runtime.cli.CliFailure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Listens to the device domain and keeps when each worker's death was noticed. Thread-safe. */
final class DeathWatch {
  private static final long LOOK_NANOS = 200_000;

  private final Map<Long, Long> noticedNanosByEpoch = new ConcurrentHashMap<>();

  /** The subscriber. */
  Behavior<DeviceSignal> listener() {
    return Behaviors.receiveMessage(
        signal -> {
          if (signal instanceof DeviceSignal.WorkerDown down) {
            noticedNanosByEpoch.put(down.epoch(), down.report().noticedAtNanos());
          }
          return Behaviors.same();
        });
  }

  /** Waits for that worker's death; tells when the host noticed it, in nano time. */
  long awaitNoticed(long epoch, long boundNanos) {
    long end = System.nanoTime() + boundNanos;
    while (System.nanoTime() < end) {
      Long noticed = noticedNanosByEpoch.get(epoch);
      if (noticed != null) {
        return noticed;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw CliFailure.failed(
        "the death of worker epoch "
            + epoch
            + " was not noticed within "
            + boundNanos / 1_000_000
            + " ms",
        "see the node's log");
  }
}
