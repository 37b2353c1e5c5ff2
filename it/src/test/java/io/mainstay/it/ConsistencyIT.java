package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real node watched: work with deaths raises no alarm, and whatever is put wrong is put right.
 */
class ConsistencyIT {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final int SABOTAGES = Integer.getInteger("mainstay.it.sabotages", 200);
  private static final int ROUNDS = Integer.getInteger("mainstay.it.rounds", 4);
  private static final int STRAYS = 20;

  /** Of which the saboteur takes one after another. */
  private static final int WAYS = 13;

  private static final int SOAK_ROUNDS = 10;
  private static final int SOAK_SABOTAGES = 1_000;
  private static final String CONF =
      "\nmainstay.consistency { interval = 2s, answer-timeout = 1s, start-after = 1s }\n";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static TwoDevices stage;

  @BeforeAll
  static void start() throws Exception {
    stage = TwoDevices.start(directory, CONF);
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
    System.out.printf(
        "consistency under load: %d looks, %d kills, %d divergences%n",
        after.looks() - before.looks(),
        kills,
        after.divergencesFound() - before.divergencesFound());
    assertEquals(before.divergencesFound(), after.divergencesFound(), found().toString());
    assertTrue(after.looks() > before.looks() + 10 * kills, after.toString());
    stage.restore();
  }

  @Test
  void whateverIsPutWrong_isFoundWithinOneInterval_andRepaired() throws Exception {
    awaitConsistent();
    TransactionView device =
        stage
            .client()
            .runTransaction(
                "atomic_device_memory_allocation",
                Map.of("device_id", "cpu-0", "allocation_size", "1MB", "estimated_duration", "10m"),
                Duration.ofSeconds(10));
    TransactionView session =
        stage
            .client()
            .runTransaction(
                "atomic_processing_inference",
                Map.of(
                    "gpu_allocation",
                    "cpu-0",
                    "memory",
                    "1KB",
                    "model_requirements",
                    "all-minilm-l6-v2-q"),
                Duration.ofSeconds(30));
    assertEquals("committed", device.state());
    assertEquals("committed", session.state());
    ConsistencyView before = stage.client().consistency(false);
    List<Process> strays = new ArrayList<>();
    long began = System.nanoTime();
    assertEquals(
        new GatewayReply.DivergencesInjected(SABOTAGES),
        stage.ask(new GatewayRequest.InjectDivergences("all", SABOTAGES, 7)));
    Set<String> files = strayFiles();
    for (int i = 0; i < STRAYS; i++) {
      strays.add(strayWorker(i % 2 == 0 ? stage.hostPid() : deadPid(), i));
    }
    Set<String> expected = new HashSet<>(files);
    strays.forEach(stray -> expected.add(String.valueOf(stray.pid())));
    for (int i = 0; i < SABOTAGES; i++) {
      switch (i % WAYS) {
        case 0 -> expected.add("model:ghost-7-" + i);
        case 6 -> expected.add("GHOST-TURN-7-" + i + "/0/1");
        case 7 -> expected.add("GHOST-HEAP-7-" + i);
        case 8 -> expected.add("GHOST-SESSION-7-" + i);
        case 10 -> {
          expected.add("transaction:GHOST-TRANSACTION-7-" + i);
          expected.add("GHOST-TRANSACTION-7-" + i);
          expected.add("transaction GHOST-TRANSACTION-7-" + i);
        }
        default -> {
          // Of these the last one for a device counts: which, the kinds below tell.
        }
      }
    }
    await("every one is found")
        .atMost(INTERVAL.multipliedBy(3))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> subjects().containsAll(expected));
    long foundMillis = (System.nanoTime() - began) / 1_000_000;
    awaitConsistent();
    long repairedMillis = (System.nanoTime() - began) / 1_000_000;

    ConsistencyView after = stage.client().consistency(true);
    TreeMap<String, Integer> kinds = found();
    for (String kind :
        List.of(
            "ledger_budget",
            "model_without_reservation",
            "seat_models",
            "leases_without_call",
            "file_without_arena",
            "file_without_host",
            "worker_without_slot",
            "worker_without_host",
            "memory_without_holding",
            "heap_without_holding",
            "pin_without_holding",
            "device_without_holding",
            "holding_without_device",
            "holding_without_memory",
            "holding_without_heap",
            "holding_without_pin",
            "model_not_in_worker")) {
      assertTrue(kinds.containsKey(kind), kind + " is missing in " + kinds);
    }
    assertTrue(
        kinds.containsKey("residence_without_model")
            || kinds.containsKey("model_without_residence"),
        kinds.toString());
    for (Process stray : strays) {
      assertTrue(!stray.isAlive(), "stray " + stray.pid() + " is still there");
    }
    for (String file : files) {
      assertTrue(!Files.exists(Path.of(file)), file + " is still there");
    }
    long found = after.divergencesFound() - before.divergencesFound();
    System.out.printf(
        "consistency: %d sabotages and %d strays made %d divergences %s; all found after %d ms,"
            + " repaired after %d ms, %d left%n",
        SABOTAGES,
        STRAYS + files.size(),
        found,
        kinds,
        foundMillis,
        repairedMillis,
        after.consistencyChecks().stream().mapToInt(ConsistencyView.Check::divergences).sum());
    assertEquals(
        found, after.divergencesRepaired() - before.divergencesRepaired(), after.toString());
    assertEquals(384, stage.client().infer("all-minilm-l6-v2-q", "all well").embedding().size());

    for (TransactionView held : List.of(device, session)) {
      assertEquals("committed", stage.client().transaction(held.transactionId()).state());
      stage.client().releaseTransaction(held.transactionId());
    }
    awaitConsistent();
    Mainstay.Result told =
        Mainstay.run("consistency", "check", "now", "--data", stage.dataDirectory().toString());
    assertEquals(0, told.exit(), told.toString());
    assertTrue(told.out().contains("overall 1.00"), told.toString());
  }

  /** Ten seeded rounds of a thousand, each all found and repaired before the next. */
  @Test
  @EnabledIfSystemProperty(named = "mainstay.soak", matches = "true")
  void tenThousandTimes_whateverIsPutWrong_isPutRight() throws Exception {
    awaitConsistent();
    ConsistencyView before = stage.client().consistency(false);
    List<Long> millis = new ArrayList<>();
    for (int round = 0; round < SOAK_ROUNDS; round++) {
      long began = System.nanoTime();
      long sofar = stage.client().consistency(false).divergencesFound();
      assertEquals(
          new GatewayReply.DivergencesInjected(SOAK_SABOTAGES),
          stage.ask(
              new GatewayRequest.InjectDivergences("distinct", SOAK_SABOTAGES, 1_000 + round)));
      await("all of round " + round + " are found")
          .atMost(INTERVAL.multipliedBy(3))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> stage.client().consistency(false).divergencesFound() - sofar >= SOAK_SABOTAGES);
      awaitConsistent();
      millis.add((System.nanoTime() - began) / 1_000_000);
    }
    ConsistencyView after = stage.client().consistency(true);
    long found = after.divergencesFound() - before.divergencesFound();
    System.out.printf(
        "consistency soak: %d injected, %d found, %d repaired, %d left; ms to found and repaired"
            + " by round %s%n",
        SOAK_ROUNDS * SOAK_SABOTAGES,
        found,
        after.divergencesRepaired() - before.divergencesRepaired(),
        after.consistencyChecks().stream().mapToInt(ConsistencyView.Check::divergences).sum(),
        millis);
    assertEquals(SOAK_ROUNDS * SOAK_SABOTAGES, found);
    assertEquals(found, after.divergencesRepaired() - before.divergencesRepaired());
  }

  private static void awaitConsistent() {
    await("the node is consistent")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> isConsistent(stage.client().consistency(false)));
  }

  private static boolean isConsistent(ConsistencyView view) {
    return view.looks() > 0
        && !view.repairing()
        && view.overallConsistencyScore() == 1.0
        && view.consistencyChecks().stream().allMatch(c -> c.status().equals("consistent"));
  }

  /** Files as a starting worker would have them, of this node and of one that is dead. */
  private static Set<String> strayFiles() throws Exception {
    Set<String> files = new HashSet<>();
    for (int i = 0; i < STRAYS; i++) {
      long host = i % 2 == 0 ? stage.hostPid() : deadPid();
      Path file = Path.of("/dev/shm/mainstay-" + host + "-cpu-0-1-" + i + "-0");
      Files.write(file, new byte[64]);
      files.add(file.toString());
    }
    return files;
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

  private static Set<String> subjects() throws Exception {
    Set<String> subjects = new HashSet<>();
    for (JsonNode event : events()) {
      subjects.add(event.path("subject").asText());
    }
    return subjects;
  }

  /** How often each kind was found. */
  private static TreeMap<String, Integer> found() throws Exception {
    TreeMap<String, Integer> kinds = new TreeMap<>();
    for (JsonNode event : events()) {
      kinds.merge(event.path("kind").asText(), 1, Integer::sum);
    }
    return kinds;
  }

  private static List<JsonNode> events() throws Exception {
    String history = "Consistency|" + stage.client().status().node();
    List<JsonNode> events = new ArrayList<>();
    GatewayReply.Journal page;
    long after = 0;
    do {
      try {
        page = stage.client().journal(history, after, stage.client().journalPage());
      } catch (RequestRefusedException none) {
        return events; // Nothing was ever found.
      }
      after = page.lastOrdering();
      for (GatewayReply.JournalLine line : page.entries()) {
        if (line.type().equals("DivergenceFound")) {
          events.add(JSON.readTree(line.json()));
        }
      }
    } while (page.more());
    return events;
  }
}
