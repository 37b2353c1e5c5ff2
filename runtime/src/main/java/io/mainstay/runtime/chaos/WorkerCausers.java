package io.mainstay.runtime.chaos;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** What happens to worker processes: signals, and failures that they act out. */
final class WorkerCausers {
  private static final String NEXT_INFERENCE = "next-inference";
  private static final String NEXT_LOAD = "next-load";

  /** A model that only loads of ours use. */
  private static final String LOADED = "upscaler-shapes";

  private static final String TEXT_MODEL = "all-minilm-l6-v2-q";

  /** Above what any device bears. */
  private static final long TOO_HOT_MILLIDEGREES = 99_000;

  private static final long COOL_MILLIDEGREES = 45_000;

  private static final Duration LOAD_BOUND = Duration.ofSeconds(60);

  /** Token id of "saxophone" in MiniLM's vocabulary; no other text of ours has the word. */
  private static final long SAXOPHONE = 8283;

  /** So much slower that the device's own history calls it slow. */
  private static final long SLOW_NANOS = 1_500_000_000;

  /** Sessions of texts from which it is known what is usual. */
  private static final int USUAL_SESSIONS = 3;

  private WorkerCausers() {}

  /** Sends the serving worker a signal. */
  static Causer signal(String name) {
    return (stage, device) -> {
      DeviceView victim = stage.serving(device);
      Instant at = Instant.now();
      stage.signal(victim.pid(), name);
      return at;
    };
  }

  /** The worker fails at once. */
  static Causer now(String fault) {
    return (stage, device) -> {
      stage.serving(device);
      Instant at = Instant.now();
      stage.inject(device, fault, "now", 0, false);
      return at;
    };
  }

  /** The worker fails with the next batch that it gets; there is one. */
  static Causer withBatch(String fault) {
    return (stage, device) -> {
      stage.serving(device);
      Instant at = Instant.now();
      stage.inject(device, fault, NEXT_INFERENCE, 0, false);
      stage.work().submitTexts();
      return at;
    };
  }

  /** The worker fails with a model that it is told to load. */
  static Causer withLoad(String fault) {
    return (stage, device) -> {
      // Whatever had it loaded: only a load can fail.
      unload(stage, device);
      stage.await(
          LOADED + " is loaded nowhere",
          () -> stage.client().devices().stream().noneMatch(any -> any.models().contains(LOADED)));
      stage.inject(device, fault, NEXT_LOAD, 0, false);
      Instant at = Instant.now();
      stage.client().ask(new GatewayRequest.LoadModel(LOADED, device));
      return at;
    };
  }

  /** The model that was asked for is gone again, if it came to that. */
  static void unload(ChaosStage stage, String device) {
    stage.serving(device);
    try {
      stage.client().unloadModel(LOADED, "");
    } catch (RequestRefusedException notThere) {
      // It was never loaded: there is nothing to take away.
      return;
    }
  }

  /** Every worker of the device dies while it loads, until the restarts are spent. */
  static Instant lose(ChaosStage stage, String device) throws IOException {
    DeviceView victim = stage.serving(device);
    stage.inject(device, "crash", NEXT_LOAD, 0, true);
    Instant at = Instant.now();
    stage.signal(victim.pid(), "KILL");
    return at;
  }

  /** Workers of the device live again. */
  static void forget(ChaosStage stage, String device) {
    stage.forget(device);
  }

  /** Batches take far longer than they did. */
  static Instant slow(ChaosStage stage, String device) throws IOException {
    stage.serving(device);
    // What is slow is known from what was usual.
    for (int i = 0; i < USUAL_SESSIONS; i++) {
      finished(stage, stage.work().submitTexts());
    }
    long before = stage.faults(ErrorNames.DEVICE_PERFORMANCE_DEGRADATION);
    Instant at = Instant.now();
    stage.inject(device, "slow", "now", SLOW_NANOS, false);
    // Of each session a slow device gets few batches: the other one takes the rest.
    long end = System.nanoTime() + LOAD_BOUND.toNanos();
    while (stage.faults(ErrorNames.DEVICE_PERFORMANCE_DEGRADATION) == before
        && System.nanoTime() - end < 0) {
      finished(stage, stage.work().submitTexts());
    }
    return at;
  }

  /** Batches take as long as they did, and there are enough of them to see it. */
  static void quick(ChaosStage stage, String device) throws IOException {
    stage.inject(device, "slow", "now", 0, false);
    finished(stage, stage.work().submitTexts());
  }

  /** One text crashes every worker that sees it. */
  static Instant poison(ChaosStage stage, String device) throws IOException {
    byte[] marker =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(SAXOPHONE).array();
    for (String each : stage.devices()) {
      stage.injectWith(marker, each, "crash");
    }
    List<String> lines = new ArrayList<>(List.of("He plays the saxophone at night."));
    for (int i = 1; i < 16; i++) {
      lines.add("Sentence number " + i + " is about the weather.");
    }
    Path file = stage.files().resolve("poison.txt");
    Files.write(file, lines, StandardCharsets.UTF_8);
    Instant at = Instant.now();
    stage
        .work()
        .submit(Submission.of("text-embedding", file).with("batch-size", "8"), lines.size());
    return at;
  }

  /** Nobody acts on it any more. */
  static void antidote(ChaosStage stage, String device) {
    stage.devices().forEach(stage::forget);
  }

  /** The same, and workers that are armed still make room for such that are not. */
  static void disarm(ChaosStage stage, String device) throws IOException {
    antidote(stage, device);
    for (String each : stage.devices()) {
      DeviceView armed = stage.serving(each);
      stage.signal(armed.pid(), "KILL");
      stage.await(
          "another worker of " + each + " serves",
          () -> {
            DeviceView now = stage.device(each);
            return ChaosStage.isServing(now) && now.pid() != armed.pid();
          });
    }
  }

  /** Every worker dies of an inference, so it is given up after so many tries. */
  static Instant spendRetries(ChaosStage stage, String device) {
    for (String each : stage.devices()) {
      stage.serving(each);
      stage.inject(each, "crash", NEXT_INFERENCE, 0, true);
    }
    Instant at = Instant.now();
    try {
      stage.client().infer(TEXT_MODEL, "it ends every worker");
    } catch (RequestRefusedException expected) {
      stage.note("refused: " + expected.code() + ": " + expected.getMessage());
      return at;
    }
    throw CliFailure.failed("an inference that ends every worker was answered", "report it");
  }

  /** The device's sensor shows far more than it may. */
  static Instant heat(ChaosStage stage, String device) {
    stage.serving(device);
    Instant at = Instant.now();
    stage.inject(device, "hot", "now", TOO_HOT_MILLIDEGREES, false);
    return at;
  }

  /** It shows what is usual: a sensor that showed nothing would not say that it is over. */
  static void cool(ChaosStage stage, String device) {
    stage.serving(device);
    stage.inject(device, "hot", "now", COOL_MILLIDEGREES, false);
  }

  /** No worker of any device comes up. */
  static Instant loseAll(ChaosStage stage, String device) throws IOException {
    List<DeviceView> victims = stage.devices().stream().map(stage::serving).toList();
    for (DeviceView victim : victims) {
      stage.inject(victim.id(), "crash", NEXT_LOAD, 0, true);
    }
    Instant at = Instant.now();
    for (DeviceView victim : victims) {
      stage.signal(victim.pid(), "KILL");
    }
    return at;
  }

  /** They come up again, and while the node comes back all are lost once more. */
  static Instant loseAgain(ChaosStage stage, String device) throws IOException {
    loseAll(stage, device);
    stage.await(
        "the node protects itself", () -> stage.client().status().mode().contains("minimal"));
    antidote(stage, device);
    stage.await("the node has come back, and is watched", () -> isWatched(stage));
    return loseAll(stage, device);
  }

  private static boolean isWatched(ChaosStage stage) {
    GatewayReply.RestorationLine back = stage.client().modes().restoration();
    return back != null
        && back.stage().equals("watching")
        && back.modes().stream().anyMatch(mode -> mode.startsWith("minimal"));
  }

  private static SessionView finished(ChaosStage stage, String session) {
    try {
      return stage.client().awaitSession(session, LOAD_BOUND);
    } catch (TimeoutException late) {
      throw CliFailure.failed(late.getMessage(), "look at the node's log, and run it again", late);
    }
  }
}
