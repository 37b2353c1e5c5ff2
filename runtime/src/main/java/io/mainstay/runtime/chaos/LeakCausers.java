package io.mainstay.runtime.chaos;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.client.Submission;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Memory of workers that is taken and not given back, or lies in pieces. */
final class LeakCausers {
  private static final String LEAK = "leak";
  private static final String MODEL = "all-minilm-l6-v2-q";
  private static final long LEAKED_BYTES = 1L << 20;

  /** More than half of a device's budget. */
  private static final long BLOATED_BYTES = 320L << 20;

  private static final Duration SEEN_BOUND = Duration.ofSeconds(40);
  private static final Duration GROWN_BOUND = Duration.ofSeconds(30);

  /** So slow that several calls are on their way at once. */
  private static final long SLOW_NANOS = 700_000_000;

  /** Texts of so many words, that many in a batch: two of these leave a third of each segment. */
  private static final int WORDS = 30;

  private static final int BATCH = 14;
  private static final int BATCHES = 8;

  private LeakCausers() {}

  /** Every batch takes something for good, and there are batches until somebody notices. */
  static Instant leak(ChaosStage stage, String device) throws IOException {
    stage.serving(device);
    long before = stage.faults(ErrorNames.MODEL_MEMORY_LEAK);
    Instant at = Instant.now();
    stage.inject(device, LEAK, "now", LEAKED_BYTES, false);
    long end = System.nanoTime() + SEEN_BOUND.toNanos();
    while (stage.faults(ErrorNames.MODEL_MEMORY_LEAK) == before && System.nanoTime() - end < 0) {
      String session = stage.work().submitTexts();
      stage.await("the texts are done", () -> stage.client().session(session).finished());
    }
    return at;
  }

  /** The worker that leaks does so no more, if it is still there. */
  static void endLeak(ChaosStage stage, String device) {
    stage.serving(device);
    stage.inject(device, LEAK, "now", 0, false);
  }

  /**
   * The worker has much that the ledger knows nothing of; then all that the ledger has is asked.
   */
  static Instant bloat(ChaosStage stage, String device) throws IOException {
    DeviceView before = stage.serving(device);
    // The ledger learns of it by the worker's next account.
    long free = MemoryCausers.freeBytes(stage, device);
    stage.inject(device, LEAK, "next-inference", BLOATED_BYTES, false);
    stage.work().submitTexts();
    stage.comesTrue(
        GROWN_BOUND,
        () -> stage.device(device).residentBytes() > before.residentBytes() + BLOATED_BYTES / 2);
    return MemoryCausers.askUntilRefused(stage, device, free);
  }

  /** What was set aside is free, and the worker is another one. */
  static void replace(ChaosStage stage, String device) throws IOException {
    MemoryCausers.free(stage, device);
    DeviceView bloated = stage.device(device);
    if (ChaosStage.isServing(bloated)) {
      stage.signal(bloated.pid(), "KILL");
      stage.await(
          "another worker serves " + device,
          () ->
              stage.device(device).epoch() > bloated.epoch()
                  && ChaosStage.isServing(stage.device(device)));
    }
  }

  /** Two batches are on their way on each device, and one more call that fits between neither. */
  static Instant fragment(ChaosStage stage, String device) throws IOException {
    long before = stage.faults(ErrorNames.MEMORY_FRAGMENTATION_CRITICAL);
    for (String each : stage.devices()) {
      stage.serving(each);
      stage.inject(each, "slow", "now", SLOW_NANOS, false);
    }
    List<String> lines =
        new ArrayList<>(
            Collections.nCopies(
                BATCH * BATCHES * stage.devices().size(), "house ".repeat(WORDS).strip()));
    Path file = stage.files().resolve("houses.txt");
    Files.write(file, lines, StandardCharsets.UTF_8);
    Submission many =
        Submission.of("text-embedding", file).with("batch-size", Integer.toString(BATCH));
    Instant at = Instant.now();
    String session = stage.work().submit(many, lines.size());
    String longest = "house ".repeat(400).strip();
    while (stage.faults(ErrorNames.MEMORY_FRAGMENTATION_CRITICAL) == before
        && !stage.client().session(session).finished()) {
      stage.client().ask(new GatewayRequest.Infer(MODEL, longest, 0));
      stage.pause();
    }
    return at;
  }

  /** Batches take as long as they did. */
  static void unblock(ChaosStage stage, String device) {
    for (String each : stage.devices()) {
      stage.serving(each);
      stage.inject(each, "slow", "now", 0, false);
    }
  }
}
