package io.mainstay.runtime.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.node.MainstayNode;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.node.DeviceList;
import io.mainstay.runtime.node.TemporaryNode;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Kills the worker of a node's only device again and again while a caller asks for embeddings
 * without a pause, first without a standby, then with a loaded one.
 */
public final class RecoveryBench {
  /** Answers of a worker before it is killed: it has proven itself, so restarts do not add up. */
  private static final int ANSWERS_BEFORE_KILL = 20;

  /** The kill falls anywhere within this after them, so that it hits every phase of a request. */
  private static final long PHASE_NANOS = 20_000_000;

  private static final long SEED = 20_261_121;
  private static final long LOOK_NANOS = 1_000_000;

  private final Terminal terminal;
  private final BenchSettings settings;

  public RecoveryBench(Terminal terminal, BenchSettings settings) {
    this.terminal = terminal;
    this.settings = settings;
  }

  /**
   * Runs both halves.
   *
   * @param kills of each
   */
  public BenchDocument run(int kills) throws IOException {
    BenchDocument.Builder document = new BenchDocument.Builder("recovery");
    Counts without = measure("none", kills, document, "WithoutStandby");
    Counts with = measure("loaded", kills, document, "WithStandby");
    return document
        .count("kills", 2L * kills)
        .count("requests", without.asked + with.asked)
        .count("requestsInterrupted", without.retried + with.retried)
        .count("requestsLost", without.lost + with.lost)
        .count("deliveredTwice", without.twice + with.twice)
        .build(2L * kills);
  }

  private record Counts(long asked, long retried, long lost, long twice) {}

  private Counts measure(String standby, int kills, BenchDocument.Builder document, String suffix)
      throws IOException {
    Latencies noticed = new Latencies();
    Latencies recovered = new Latencies();
    try (TemporaryNode temporary =
            TemporaryNode.start("recovery", DeviceList.hocon(1, standby), List.of());
        ProgressLine progress = new ProgressLine(terminal, "standby " + standby)) {
      MainstayNode node = temporary.node();
      BenchNode bench = new BenchNode(node);
      SecondAnswers second = SecondAnswers.watch(node.system());
      DeathWatch deaths = new DeathWatch();
      ActorRef<DeviceSignal> listener =
          node.system().systemActorOf(deaths.listener(), "bench-death-watch", Props.empty());
      node.device().tell(new DeviceCommand.Subscribe(listener));
      RequestStream requests = new RequestStream(bench);
      try (requests) {
        RandomGenerator random = new Random(SEED);
        for (int kill = 0; kill < kills; kill++) {
          killOnce(bench, requests, deaths, standby, random, noticed, recovered);
          progress.show(kill + 1, kills, "kills");
        }
      }
      document.figure("killToNoticed" + suffix, noticed.figure());
      document.figure("killToNextGoodInference" + suffix, recovered.figure());
      return new Counts(requests.asked(), requests.retried(), requests.lost(), second.count());
    }
  }

  private void killOnce(
      BenchNode bench,
      RequestStream requests,
      DeathWatch deaths,
      String standby,
      RandomGenerator random,
      Latencies noticed,
      Latencies recovered) {
    long bound = settings.recoveryBound().toNanos();
    requests.awaitAnswers(ANSWERS_BEFORE_KILL, bound);
    DeviceView device = awaitSteady(bench, standby, bound);
    LockSupport.parkNanos(random.nextLong(PHASE_NANOS));
    ProcessHandle worker =
        ProcessHandle.of(device.pid())
            .orElseThrow(
                () ->
                    CliFailure.failed(
                        "worker " + device.pid() + " died by itself", "see the node's log"));
    long killedNanos = System.nanoTime();
    worker.destroyForcibly();
    recovered.recordNanos(requests.awaitAfter(device.epoch(), bound) - killedNanos);
    noticed.recordNanos(deaths.awaitNoticed(device.epoch(), bound) - killedNanos);
  }

  /** A serving worker, with its standby ready if there is to be one. */
  private static DeviceView awaitSteady(BenchNode bench, String standby, long boundNanos) {
    long end = System.nanoTime() + boundNanos;
    while (System.nanoTime() < end) {
      DeviceView device = bench.devices().get(0);
      boolean backed = standby.equals("none") || device.standby().equals(standby);
      if (device.serves() && device.pid() > 0 && backed) {
        return device;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw CliFailure.failed(
        "the device has no serving worker with standby "
            + standby
            + " within "
            + boundNanos / 1_000_000
            + " ms",
        "see the node's log");
  }
}
