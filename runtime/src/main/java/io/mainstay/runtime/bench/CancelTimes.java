package io.mainstay.runtime.bench;

import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * From a cancel to a free device: a picture of a thousand steps is cancelled at a seeded moment of
 * a step, and then somebody else wants the device for himself. Free means that he got it, and that
 * its worker answered him.
 */
final class CancelTimes {
  private static final int ENDLESS_STEPS = 1000;
  private static final int STEPS_BEFORE = 3;

  /** Cancels thrown away at first, so that the way is compiled. */
  private static final int WARM_UP = 5;

  private static final long SEED = 20_261_122;
  private static final long LOOK_NANOS = 1_000_000;
  private static final String TEXT = "Whose turn is it?";

  private final BenchNode node;
  private final MainstayClient client;
  private final BenchSettings settings;
  private final SupervisedPictures pictures;

  CancelTimes(
      BenchNode node, MainstayClient client, BenchSettings settings, SupervisedPictures pictures) {
    this.node = node;
    this.client = client;
    this.settings = settings;
    this.pictures = pictures;
  }

  /**
   * Cancels again and again.
   *
   * @param stepMillis of one step of a picture
   */
  void measure(
      BenchDocument.Builder document, Terminal terminal, List<String> prompts, double stepMillis)
      throws IOException {
    Latencies turn = new Latencies();
    Latencies answer = new Latencies();
    RandomGenerator random = new Random(SEED);
    // Its model is loaded from now on, so that the answer waits for nothing but the device.
    BenchNode.await(node.embed(TEXT));
    try (ProgressLine progress = new ProgressLine(terminal, "cancel")) {
      for (int i = -WARM_UP; i < settings.imageCancels(); i++) {
        String id = pictures.submit(prompts.subList(0, 1), ENDLESS_STEPS);
        awaitSteps(id);
        LockSupport.parkNanos(random.nextLong((long) (stepMillis * 1e6) + 1));
        cancel(id, i < 0 ? new Latencies() : turn, i < 0 ? new Latencies() : answer);
        progress.show(Math.max(0, i + 1), settings.imageCancels(), "cancels");
      }
    }
    document
        .figure("cancelToDeviceFree", turn.figure())
        .figure("cancelToNextAnswer", answer.figure())
        .count("cancelsOverStepPlus20ms", turn.countAbove(stepMillis + 20))
        .ratio("cancelToDeviceFreeP99OfStepPlus20ms", turn.millis(99), stepMillis + 20);
  }

  private void cancel(String id, Latencies turn, Latencies answer) {
    long began = System.nanoTime();
    var cancelled = client.ask(new GatewayRequest.CancelSession(id, "bench"));
    String turnId = "bench-" + id;
    BenchNode.await(node.deviceForOneself(turnId));
    turn.recordNanos(System.nanoTime() - began);
    BenchNode.await(node.embed(TEXT));
    answer.recordNanos(System.nanoTime() - began);
    node.release(turnId);
    BenchNode.await(cancelled);
    SessionTiming.finished(client, id, settings.sessionBound());
  }

  private void awaitSteps(String id) {
    long end = System.nanoTime() + settings.sessionBound().toNanos();
    while (System.nanoTime() < end) {
      if (client.progress(id).stream().anyMatch(batch -> batch.done() >= STEPS_BEFORE)) {
        return;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw CliFailure.failed(
        "session " + id + " made no step within " + settings.sessionBound().toSeconds() + " s",
        "see the node's log");
  }
}
