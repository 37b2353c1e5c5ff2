package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.consistency.check.DivergenceKind;
import io.mainstay.actors.consistency.sabotage.Sabotage;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.gateway.RecoverySummary;
import io.mainstay.actors.model.ModelView;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real node watched: work with deaths raises no alarm, whatever is put wrong is put right, and no
 * stale message is applied. Under {@code -Psoak} 10,000 divergences.
 */
class ConsistencyIT {
  private static final Logger LOG = LoggerFactory.getLogger(ConsistencyIT.class);
  private static final boolean SOAK = Boolean.getBoolean("mainstay.soak");
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final int DIVERGENCES =
      Integer.getInteger("mainstay.it.divergences", SOAK ? 10_000 : 300);
  private static final int ROUND = Integer.getInteger("mainstay.it.round", 150);
  private static final int STALE = Integer.getInteger("mainstay.it.stale", SOAK ? 2_000 : 100);
  private static final int STALE_AT_ONCE = 100;
  private static final int ROUNDS = Integer.getInteger("mainstay.it.rounds", 4);
  private static final int STRAYS = 4;
  private static final int CHANCES = 4;
  private static final int RECOVERIES = 50;
  private static final Set<String> UNDER_WAY = Set.of("waiting", "running", "rolling-back");
  private static final long SEED = Long.getLong("mainstay.it.seed", 20261122);
  private static final String CONF =
      """

      mainstay.consistency {
        interval = 2s, answer-timeout = 1s, start-after = 1s, waking = 0s, journaled-max = 10000
        # Before the participants ask themselves.
        ages.holding = 1s
      }
      # Hundreds of divergences in a minute are no reason for the node to protect itself here.
      mainstay.escalation.frequency { high-degrades = off, critical-above = 1000000 }
      # One that is stopped for a moment is suspected, and not killed.
      mainstay.device.liveness { kill-fast-after = 2s, kill-slow-after = 2s }
      """;

  /** The smallest that the product has. */
  private static final String COPIED = "shapes-64-small";

  private static final String COPIED_FILE = "vae_decoder/model.onnx";

  @TempDir static Path directory;
  private static TwoDevices stage;
  private static DivergenceLog log;

  private static Path changed;
  private static Path deleted;

  @BeforeAll
  static void start() throws Exception {
    ModelCopies copies = new ModelCopies(directory.resolve("data/models"));
    changed = copies.of(COPIED, "changed-copy").file(COPIED_FILE);
    deleted = copies.of(COPIED, "deleted-copy").file(COPIED_FILE);
    // Its own: every other node that starts on this machine deletes files of dead nodes in theirs.
    Path arenas = Files.createDirectory(directory.resolve("arenas"));
    stage =
        TwoDevices.start(
            directory, CONF + "mainstay.device.worker.arena-directory = \"" + arenas + "\"\n");
    log = new DivergenceLog(stage.client());
  }

  @AfterAll
  static void stop() throws Exception {
    stage.stop();
  }

  @Test
  void workWithDeaths_raisesNoAlarm() throws Exception {
    ConsistencyView before = stage.client().consistency(true);
    Random random = new Random(20261122);
    int kills = 0;
    AtomicBoolean working = new AtomicBoolean(true);
    // Looks without a pause, so that many fall into the moments of death and of restart.
    CompletableFuture<Void> looking =
        CompletableFuture.runAsync(
            () -> {
              while (working.get()) {
                stage.client().consistency(true);
              }
            });
    for (int round = 0; round < ROUNDS; round++) {
      stage.slow("cpu-0", "cpu-1");
      List<String> sessions = List.of(stage.submit(), stage.submit());
      DeviceView victim = stage.awaitInFlight(sessions.get(0), "cpu-" + random.nextInt(2));
      stage.kill(victim);
      kills++;
      stage.forget("cpu-0");
      stage.forget("cpu-1");
      for (String session : sessions) {
        stage.assertUndisturbedResult(session);
      }
    }
    working.set(false);
    looking.get(10, TimeUnit.SECONDS);
    ConsistencyView after = stage.client().consistency(true);
    LOG.info(
        "consistency under load looks={} kills={} divergences={}",
        after.looks() - before.looks(),
        kills,
        after.divergencesFound() - before.divergencesFound());
    assertEquals(
        before.divergencesFound(), after.divergencesFound(), log.read().kinds().toString());
    assertTrue(after.looks() > before.looks() + 10 * kills, after.toString());
    stage.restore();
  }

  /** What is known of one kind, over all rounds. */
  private static final class Tally {
    private int injected;
    private int looksMost;
    private final List<Long> millis = new ArrayList<>();

    private long p(double quantile) {
      List<Long> sorted = millis.stream().sorted().toList();
      return sorted.isEmpty() ? -1 : sorted.get((int) (quantile * (sorted.size() - 1)));
    }
  }

  /** Seeded rounds of a mix of all ways, each all found and repaired before the next. */
  @Test
  void whateverIsPutWrong_isFoundWithinOneInterval_andRepaired() throws Exception {
    awaitConsistent();
    TransactionView device =
        stage
            .client()
            .runTransaction(
                "atomic_device_memory_allocation",
                Map.of("device_id", "cpu-0", "allocation_size", "1MB", "estimated_duration", "1h"),
                Duration.ofSeconds(10));
    assertEquals("committed", device.state());
    stage.client().releaseTransaction(device.transactionId());
    awaitConsistent();
    ConsistencyView before = stage.client().consistency(false);
    int mark = log.read().size();
    Map<Sabotage, Tally> tallies = new EnumMap<>(Sabotage.class);
    int injected = 0;
    int putRight = 0;
    int strays = 0;
    long round = 0;
    for (; injected + strays < DIVERGENCES; round++) {
      List<Process> processes = new ArrayList<>();
      for (int i = 0; i < STRAYS; i++) {
        processes.add(
            strayWorker(i % 2 == 0 ? stage.hostPid() : deadPid(), (int) round * STRAYS + i));
      }
      Made made = round(SEED + round, tallies, processes);
      injected += made.left();
      putRight += made.putRight();
      strays += processes.size();
      LOG.info(
          "consistency round={} injected={} strays={} found={} repaired={}",
          round,
          injected,
          strays,
          stage.client().consistency(false).divergencesFound() - before.divergencesFound(),
          stage.client().consistency(false).divergencesRepaired() - before.divergencesRepaired());
    }
    ConsistencyView after = stage.client().consistency(true);
    log.read();
    long found = after.divergencesFound() - before.divergencesFound();
    long repaired = after.divergencesRepaired() - before.divergencesRepaired();
    int left =
        after.consistencyChecks().stream().mapToInt(ConsistencyView.Check::divergences).sum();
    TreeMap<String, Integer> kinds = log.kinds();
    TreeMap<String, Integer> repairs = log.repairs();
    tallies.forEach(
        (way, tally) ->
            LOG.info(
                "consistency way={} kind={} injected={} p50Millis={} p99Millis={} maxMillis={}"
                    + " looksMost={}",
                way.wireName(),
                way.kind().orElseThrow().wireName(),
                tally.injected,
                tally.p(0.5),
                tally.p(0.99),
                tally.p(1),
                tally.looksMost));
    kinds.forEach(
        (kind, times) ->
            LOG.info(
                "consistency kind={} found={} repaired={}",
                kind,
                times,
                repairs.getOrDefault(kind, 0)));
    LOG.info(
        "consistency seed={} rounds={} injected={} strays={} found={} repaired={} left={}"
            + " repairP50Millis={}",
        SEED,
        round,
        injected,
        strays,
        found,
        repaired,
        left,
        log.openMillis().isEmpty() ? -1 : log.openMillis().get(log.openMillis().size() / 2));
    assertEquals(0, left, after.toString());
    assertTrue(putRight * 10 <= injected, putRight + " were put right before the monitor saw them");
    assertTrue(found >= injected + strays / 2, found + " found of " + (injected + strays));
    assertEquals(log.size() - mark, found, "all that is found is journaled");
    assertTrue(kinds.containsKey(DivergenceKind.WORKER_WITHOUT_SLOT.wireName()), kinds.toString());
    assertEquals(384, stage.client().infer("all-minilm-l6-v2-q", "all well").embedding().size());
    Mainstay.Result told =
        Mainstay.run("consistency", "check", "now", "--data", stage.dataDirectory().toString());
    assertEquals(0, told.exit(), told.toString());
    assertTrue(told.out().contains("overall 1.00"), told.toString());
  }

  /**
   * Divergences of a round.
   *
   * @param left for the monitor to find
   * @param putRight by a recovery of another one before the monitor looked
   */
  private record Made(int left, int putRight) {}

  private static Made round(long seed, Map<Sabotage, Tally> tallies, List<Process> strays)
      throws Exception {
    int mark = log.read().size();
    long looksBefore = stage.client().consistency(false).looks();
    Instant began = Instant.now();
    Map<Sabotage, Integer> made = new EnumMap<>(Sabotage.class);
    inject("mix", ROUND, seed).forEach((name, times) -> made.put(way(name), times));
    AtomicInteger lost = new AtomicInteger();
    await("every one of round " + seed + " is found")
        .atMost(INTERVAL.multipliedBy(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              List<DivergenceLog.Found> found = log.read().foundSince(mark);
              Map<Sabotage, Integer> missing = new EnumMap<>(Sabotage.class);
              made.forEach(
                  (way, times) -> {
                    int seen = of(way, seed, found).size();
                    if (seen < times) {
                      missing.put(way, times - seen);
                    }
                  });
              // A recovery of what was found first may have put it right before the monitor looked.
              assertTrue(
                  missing.isEmpty() || isRepairedByRecovery(began, looksBefore),
                  () -> missing + " of " + made);
              lost.set(missing.values().stream().mapToInt(Integer::intValue).sum());
              Set<String> subjects = new HashSet<>();
              found.forEach(each -> subjects.add(each.subject()));
              // One of a dead node is ended by whichever node of this machine looks first.
              for (int i = 0; i < strays.size(); i++) {
                Process stray = strays.get(i);
                assertTrue(
                    subjects.contains(String.valueOf(stray.pid()))
                        || i % 2 == 1 && !stray.isAlive(),
                    "stray " + stray.pid());
              }
            });
    int looks = (int) (stage.client().consistency(false).looks() - looksBefore);
    List<DivergenceLog.Found> found = log.foundSince(mark);
    made.forEach(
        (way, times) -> {
          Tally tally = tallies.computeIfAbsent(way, first -> new Tally());
          tally.injected += times;
          tally.looksMost = Math.max(tally.looksMost, looks);
          of(way, seed, found)
              .forEach(each -> tally.millis.add(Duration.between(began, each.at()).toMillis()));
        });
    awaitConsistent();
    for (Process stray : strays) {
      assertTrue(!stray.isAlive(), "stray " + stray.pid() + " is still there");
    }
    inject("amends", 1, seed);
    awaitConsistent();
    LOG.info("consistency round seed={} repairedByRecoveries={}", seed, lost.get());
    int all = made.values().stream().mapToInt(Integer::intValue).sum();
    return new Made(all - lost.get(), lost.get());
  }

  /** One began in this round, all is well, and the monitor has had its chances to see it. */
  private static boolean isRepairedByRecovery(Instant began, long looksBefore) {
    ConsistencyView now = stage.client().consistency(false);
    return now.looks() >= looksBefore + CHANCES
        && isConsistent(now)
        && recoveries().anyMatch(one -> one.begunAt() != null && one.begunAt().isAfter(began));
  }

  private static Stream<RecoverySummary> recoveries() {
    return stage.client().recoveries().newest(RECOVERIES).recoveries().stream();
  }

  /** Those of that way; of one that does not add up, the first. */
  private static List<DivergenceLog.Found> of(
      Sabotage way, long seed, List<DivergenceLog.Found> found) {
    String kind = way.kind().orElseThrow().wireName();
    String name = "GHOST-" + way.name() + "-" + seed + "-";
    return found.stream()
        .filter(each -> each.kind().equals(kind))
        .filter(each -> !way.distinct() || each.subject().contains(name))
        .limit(way.distinct() ? Integer.MAX_VALUE : 1)
        .toList();
  }

  private static Sabotage way(String name) {
    return Sabotage.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static Map<String, Integer> inject(String kind, int count, long seed) throws Exception {
    GatewayReply reply = stage.ask(new GatewayRequest.InjectDivergences(kind, count, seed));
    assertTrue(reply instanceof GatewayReply.DivergencesInjected, reply.toString());
    return ((GatewayReply.DivergencesInjected) reply).ways();
  }

  /** Each for itself, since a mix has but one of them for each device. */
  @Test
  void whatIsRare_isFound_andRepaired() throws Exception {
    awaitConsistent();
    int mark = log.read().size();
    Files.delete(deleted);
    byte[] bytes = Files.readAllBytes(changed);
    bytes[bytes.length / 2] ^= 1;
    Files.write(changed, bytes);
    Set<DivergenceKind> kinds =
        EnumSet.of(DivergenceKind.MODEL_FILE_MISSING, DivergenceKind.MODEL_FILE_CONTENT);
    for (Sabotage way :
        List.of(Sabotage.LEFT_GROWTH, Sabotage.STRAY_MODEL, Sabotage.WRONG_PUBLISHED)) {
      assertEquals(Map.of(way.wireName(), 1), inject(way.wireName(), 1, SEED));
      kinds.add(way.kind().orElseThrow());
    }
    TreeSet<String> wanted = new TreeSet<>();
    kinds.forEach(kind -> wanted.add(kind.wireName()));
    await("all are found")
        .atMost(INTERVAL.multipliedBy(15))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              TreeSet<String> missing = new TreeSet<>(wanted);
              log.read().foundSince(mark).forEach(found -> missing.remove(found.kind()));
              assertEquals(Set.of(), missing);
            });
    awaitConsistent();
    TreeMap<String, Integer> repaired = log.read().repairs();
    wanted.forEach(kind -> assertTrue(repaired.getOrDefault(kind, 0) > 0, kind + " " + repaired));
    // Models whose files are not what they were are not used; the others are.
    for (String id : List.of("changed-copy", "deleted-copy")) {
      ModelView view =
          stage.client().models().stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
      assertEquals("broken", view.state(), view.toString());
    }
    assertEquals(384, stage.client().infer("all-minilm-l6-v2-q", "all well").embedding().size());
  }

  /** A model is lost behind the books while its worker is out of reach, which answers again. */
  @Test
  void dependents_confirmWhatARepairChanged_andTheJournalNamesThem() throws Exception {
    awaitConsistent();
    String outages = "Outages|" + stage.client().status().node();
    // The seed decides for which device.
    long seed =
        LongStream.iterate(SEED, s -> s + 1)
            .filter(s -> new Random(s).nextInt(TwoDevices.IDS.size()) == 0)
            .findFirst()
            .getAsLong();
    JsonNode notified =
        await("dependents confirmed")
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(50))
            .until(
                () -> {
                  DeviceView device = stage.device("cpu-0");
                  boolean there =
                      device.state().equals("serving")
                          && device.models().contains("all-minilm-l6-v2-q");
                  if (!there) {
                    return Optional.<JsonNode>empty();
                  }
                  int before = events(outages, "StateThawed").size();
                  inject("lost-models", 1, seed);
                  WorkerProcesses.signal(device.pid(), "STOP");
                  await("it is frozen")
                      .atMost(Duration.ofSeconds(10))
                      .until(() -> events(outages, "StateFrozen").size() > before);
                  WorkerProcesses.signal(device.pid(), "CONT");
                  await("it is compared")
                      .atMost(Duration.ofSeconds(30))
                      .until(() -> events(outages, "StateThawed").size() > before);
                  // Else it was killed, or the monitor was first.
                  return events(outages, "DependentsNotified").stream().findFirst();
                },
                Optional::isPresent)
            .get();
    assertEquals("all-minilm-l6-v2-q", notified.get("modelId").asText());
    assertEquals("inference", notified.get("confirmed").get(0).asText(), notified.toString());
    assertEquals(0, notified.get("silent").size(), notified.toString());
    awaitConsistent();
    assertEquals(384, stage.client().infer("all-minilm-l6-v2-q", "all well").embedding().size());
  }

  private static List<JsonNode> events(String history, String type) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    long after = 0;
    GatewayReply.Journal page;
    do {
      try {
        page = stage.client().journal(history, after, stage.client().journalPage());
      } catch (RequestRefusedException none) {
        return events; // There is no such history yet.
      }
      after = page.lastOrdering();
      for (GatewayReply.JournalLine line : page.entries()) {
        if (line.type().equals(type)) {
          events.add(new ObjectMapper().readTree(line.json()));
        }
      }
    } while (page.more());
    return events;
  }

  /** Late, repeated and reordered messages: the saboteur fails if one is taken for good. */
  @Test
  void noStaleMessage_isApplied() throws Exception {
    awaitConsistent();
    ConsistencyView before = stage.client().consistency(true);
    int sent = 0;
    for (int batch = 0; sent < STALE; batch++) {
      sent += inject("stale", STALE_AT_ONCE, SEED + batch).get("stale");
      ConsistencyView after = stage.client().consistency(true);
      assertEquals(
          before.divergencesFound(), after.divergencesFound(), log.read().kinds().toString());
      inject("amends", 1, SEED);
    }
    awaitConsistent();
    ConsistencyView after = stage.client().consistency(true);
    LOG.info("stale messages seed={} sent={} applied=0", SEED, sent);
    assertEquals(before.divergencesFound(), after.divergencesFound());
    assertEquals(384, stage.client().infer("all-minilm-l6-v2-q", "all well").embedding().size());
  }

  /** And nobody repairs: what is put wrong next would be put right by the way. */
  private static void awaitConsistent() {
    await("the node is consistent, and recovers from nothing")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                isConsistent(stage.client().consistency(false))
                    && recoveries().noneMatch(one -> UNDER_WAY.contains(one.status())));
  }

  private static boolean isConsistent(ConsistencyView view) {
    return view.looks() > 0
        && !view.repairing()
        && view.overallConsistencyScore() == 1.0
        && view.consistencyChecks().stream().allMatch(c -> c.status().equals("consistent"));
  }

  private static long deadPid() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    return gone.pid();
  }

  /** Looks like a worker to everybody, and waits for input that never comes. */
  private static Process strayWorker(long host, int number) throws Exception {
    Path link = directory.resolve("mainstay-worker");
    if (!Files.exists(link)) {
      Files.createSymbolicLink(link, Path.of("/bin/sh"));
    }
    return new ProcessBuilder(
            link.toString(),
            "-c",
            "read never",
            "stray",
            "--device",
            "cpu-9",
            "--epoch",
            String.valueOf(1_000 + number),
            "--host-pid",
            String.valueOf(host))
        .start();
  }
}
