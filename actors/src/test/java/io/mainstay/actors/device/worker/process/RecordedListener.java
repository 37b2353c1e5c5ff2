package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what a worker told its slot; every wait is bounded. */
final class RecordedListener implements WorkerListener {
  static final long SECONDS = 20;

  final CompletableFuture<WorkerIdentity> hello = new CompletableFuture<>();
  final CompletableFuture<DeathReport> death = new CompletableFuture<>();
  final AtomicInteger deaths = new AtomicInteger();
  final BlockingQueue<PongReport> pongs = new LinkedBlockingQueue<>();
  final BlockingQueue<DeviceHealth> healths = new LinkedBlockingQueue<>();
  final BlockingQueue<VramUsage> usages = new LinkedBlockingQueue<>();
  final BlockingQueue<Long> started = new LinkedBlockingQueue<>();
  final BlockingQueue<StateEnvelope> states = new LinkedBlockingQueue<>();

  @Override
  public void onHello(WorkerIdentity identity) {
    hello.complete(identity);
  }

  @Override
  public void onPong(PongReport pong) {
    pongs.add(pong);
  }

  @Override
  public void onHealth(DeviceHealth health) {
    healths.add(health);
  }

  @Override
  public void onMemory(VramUsage usage) {
    usages.add(usage);
  }

  @Override
  public void onProgress(long correlationId, Duration queued, float percent) {
    started.add(correlationId);
  }

  @Override
  public void onState(StateEnvelope told) {
    states.add(told);
  }

  @Override
  public void onDeath(DeathReport report) {
    deaths.incrementAndGet();
    death.complete(report);
  }

  WorkerIdentity awaitHello() throws Exception {
    CompletableFuture.anyOf(hello, death).get(SECONDS, TimeUnit.SECONDS);
    if (!hello.isDone()) {
      throw new AssertionError("The worker died before its hello: " + death.get());
    }
    return hello.get();
  }

  DeathReport awaitDeath() throws Exception {
    return death.get(SECONDS, TimeUnit.SECONDS);
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T taken = queue.poll(SECONDS, TimeUnit.SECONDS);
    if (taken == null) {
      throw new AssertionError("Nothing came within " + SECONDS + " s");
    }
    return taken;
  }

  /** The next state message of that kind; others are dropped. */
  <M extends StateMessage> M awaitState(Class<M> kind) throws InterruptedException {
    while (true) {
      StateMessage told = next(states).message();
      if (kind.isInstance(told)) {
        return kind.cast(told);
      }
    }
  }
}
