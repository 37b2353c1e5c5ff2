package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.client.ClientException;
import io.mainstay.client.MainstayClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A node that is ended, or its worker, at points of transactions and sagas, and looked at
 * afterwards.
 */
final class KillStage implements AutoCloseable {
  /** Whom a point kills. */
  enum Whom {
    WORKER,
    NODE
  }

  /** A trial: that work is killed at that point. */
  record Kill(Whom whom, KillWork work, KillPoint point) {
    @Override
    public String toString() {
      return whom + " " + work + " " + point;
    }
  }

  private static final Duration BOUND = Duration.ofSeconds(120);
  private static final Duration POLL = Duration.ofMillis(10);

  private final Path data;
  private final Path points;
  private final Path order;
  private final Path classes;
  private final String conf;
  private int serial;
  private final Set<Long> dead = new HashSet<>();
  private NodeProcess node;
  // None while there is no node, or one that does not serve yet.
  private MainstayClient client;

  KillStage(Path directory) throws IOException {
    this.data = directory.resolve("data");
    this.points = directory.resolve("points");
    this.order = directory.resolve("points.order");
    this.classes = directory.resolve("node.jsa");
    this.conf =
        """
        mainstay.device.worker.fault-injection = on
        mainstay.device.devices = [
          { id = cpu-0, backend = cpu, threads = 1, memory-budget = 256MiB }
        ]
        mainstay.device.restart {
          intensity = 1000, backoff-min = 10ms, backoff-max = 50ms, load-attempts = 100
        }
        mainstay.node.preload = []
        # The works fill the device, one after the other: that is no pressure, and no mode's tests load models.
        mainstay.memory.pressure.sample-interval = 1h
        mainstay.modes.restoration.on = off
        # Hundreds of deaths in an hour, and what is given up for them, are no reason to protect the node from works.
        mainstay.escalation.frequency { high-degrades = off, critical-above = 1000000 }
        mainstay.escalation.cases { unhealed-after = 1h, quiet = 1h }
        mainstay.consistency { interval = 2s, answer-timeout = 1s, start-after = 500ms }
        mainstay.transaction { doubt-after = 300ms, kill-point.file = "%s" }
        mainstay.persistence.transaction { prepare-timeout = 3s }
        """
            .formatted(points);
    launch("-XX:ArchiveClassesAtExit=" + classes);
    arrived();
  }

  /** A short life pays for neither optimized code nor for reading classes anew. */
  private void launch(String option) throws IOException {
    String options = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable " + option;
    node = NodeProcess.launchWith(Map.of("JAVA_TOOL_OPTIONS", options), data, conf);
  }

  private void arrived() {
    node.awaitReady();
    client = node.client();
  }

  /** From now on nodes start faster, with the classes that the first one used. */
  void learned() throws Exception {
    leave();
    node.terminate(BOUND);
    launchAgain();
    arrived();
  }

  private void launchAgain() throws IOException {
    launch(Files.exists(classes) ? "-XX:SharedArchiveFile=" + classes : "");
  }

  /**
   * Goes on with a new node on an empty data directory.
   *
   * @param keep where what the old one left is moved to
   */
  void anew(Optional<Path> keep) throws Exception {
    close();
    if (keep.isPresent()) {
      Files.createDirectories(keep.get().toAbsolutePath().getParent());
      new ProcessBuilder("mv", data.toString(), keep.get().toString())
          .inheritIO()
          .start()
          .waitFor();
    } else {
      new ProcessBuilder("rm", "-r", data.toString()).inheritIO().start().waitFor();
    }
    Files.deleteIfExists(order);
    launchAgain();
    arrived();
  }

  /** Runs it once and answers the points that it passes. */
  List<KillPoint> points(KillWork work) throws Exception {
    prepare(work, "0 node -");
    if (client == null) {
      arrived();
    }
    work.run(client);
    new Aftermath(client).settledAndGivenBack();
    Files.delete(order);
    List<KillPoint> passed = passed();
    whole();
    return passed;
  }

  /** Runs it with a kill at that point; answers whether it came to it. */
  boolean killed(Kill kill) throws Exception {
    String whom = kill.whom().name().toLowerCase(Locale.ROOT);
    prepare(kill.work(), kill.point().number() + " " + whom + " " + kill.point().name());
    CompletableFuture<Void> running =
        client != null || arrivedAlive()
            ? running(kill.work(), client)
            : CompletableFuture.completedFuture(null);
    await("the work ends, or its node does")
        .atMost(BOUND.multipliedBy(2))
        .pollInterval(POLL)
        .until(() -> running.isDone() || !node.alive());
    boolean reached = !Files.deleteIfExists(order);
    if (reached && kill.whom() == Whom.NODE) {
      await("the node is gone").atMost(BOUND).pollInterval(POLL).until(() -> !node.alive());
      afterDeath();
      arrived();
    } else {
      try {
        running.get();
      } catch (ExecutionException ended) {
        // A command may fail for a worker that died; never for anything else.
        if (!reached || !(ended.getCause() instanceof ClientException)) {
          throw new AssertionError(kill + ": " + ended.getCause(), ended.getCause());
        }
      }
    }
    try {
      whole();
    } catch (AssertionError | RuntimeException wrong) {
      throw new AssertionError(kill + ": " + wrong.getMessage(), wrong);
    }
    return reached;
  }

  private static CompletableFuture<Void> running(KillWork work, MainstayClient client) {
    return CompletableFuture.runAsync(
        () -> {
          work.run(client);
          new Aftermath(client).settledAndGivenBack();
        });
  }

  /** False if it died before that. */
  private boolean arrivedAlive() {
    try {
      arrived();
      return true;
    } catch (AssertionError | ClientException why) {
      if (node.alive()) {
        throw why;
      }
      return false;
    }
  }

  /** The points that the last work passed, up to its kill. */
  List<KillPoint> passed() throws IOException {
    return Files.exists(points) ? KillPoint.list(Files.readAllLines(points)) : List.of();
  }

  /** All as it is to be before the work, which is observed from here on. */
  private void prepare(KillWork work, String ordered) throws Exception {
    if (work.death().isPresent()) {
      KillWork.Death death = work.death().get();
      prepare(death.work(), death.point().number() + " node " + death.point().name());
      running(death.work(), client);
      await("the node dies, as it is to")
          .atMost(BOUND)
          .pollInterval(POLL)
          .until(() -> !node.alive());
      Files.deleteIfExists(points);
      order(ordered);
      afterDeath();
    } else {
      work.prepare(client);
      Files.deleteIfExists(points);
      order(ordered);
    }
  }

  /** At once, so that it is never read half. */
  private void order(String text) throws IOException {
    Path whole = points.resolveSibling("order");
    serial++;
    Files.writeString(whole, serial + " " + text);
    Files.move(whole, order, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What a node that was killed leaves is sound; another one is launched on it. */
  private void afterDeath() throws Exception {
    long pid = node.pid();
    leave();
    await("no worker is left of it")
        .atMost(BOUND)
        .pollInterval(POLL)
        .until(() -> WorkerProcesses.of(pid).isEmpty());
    Aftermath.assertJournalSound(data);
    launchAgain();
    dead.add(pid);
  }

  /** Wholly done or wholly undone, and nothing is left of it. */
  private void whole() throws Exception {
    Aftermath aftermath = new Aftermath(client, dead);
    aftermath.settledAndGivenBack();
    aftermath.assertNothingHeld(data);
    for (long pid : dead) {
      assertEquals(0, SharedMemory.of(pid), "files of a node that was killed");
    }
    await("one worker serves")
        .atMost(BOUND)
        .pollInterval(POLL)
        .until(() -> WorkerProcesses.of(node.pid()).size() == 1);
  }

  /** As a user would have it said. */
  void verifyJournal() throws Exception {
    Mainstay.assertJournalIntact(data);
  }

  private void leave() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  @Override
  public void close() {
    leave();
    node.close();
  }
}
