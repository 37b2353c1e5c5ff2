package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A seeded storm of real faults while texts and pictures are worked on: every one is found and
 * recovered from, the node goes on taking work, and nothing is lost, done twice or left behind.
 * Under {@code -Psoak} two hundred faults of thirty kinds in ten minutes.
 */
class StormIT {
  private static final boolean SOAK = Boolean.getBoolean("mainstay.soak");
  private static final Duration BOUND = Duration.ofMinutes(SOAK ? 40 : 6);
  private static final int FAULTS = SOAK ? 200 : 15;
  private static final int KINDS = SOAK ? 30 : 8;
  private static final long HEAP_GROWTH_MAX = 20_000_000;

  /** Those that are over within seconds: the others wait for watchdogs, or lead to a mode. */
  private static final String QUICK =
      String.join(
          ",",
          "worker-killed",
          "worker-crashes",
          "worker-silent",
          "frame-garbled",
          "frame-cut-off",
          "epoch-wrong",
          "request-nonsense",
          "request-too-large",
          "load-refused",
          "heap-leaked",
          "pin-for-nobody");

  @TempDir Path directory;

  @Test
  void storm_passes_andTheNodeIsAsItWas() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> quick = List.of("--kinds", QUICK, "--for", "20s");
    List<String> args =
        Stream.concat(
                Stream.of("chaos", "run", "storm", "--seed", "20261122", "-o", "json"),
                SOAK ? Stream.of("--for", "10m") : quick.stream())
            .toList();
    Process storm =
        Mainstay.start(
            args,
            out,
            err,
            Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Djava.io.tmpdir="
                    + temporary
                    + " -Dmainstay.runtime.chaos.storm-every="
                    + (SOAK ? "3s" : "1333ms")));
    try {
      assertTrue(
          storm.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS),
          () -> "not over within " + BOUND + "\n" + read(err));
    } finally {
      storm.destroyForcibly();
    }
    String told = read(out) + "\n" + read(err);
    JsonNode document = new ObjectMapper().readTree(read(out));

    Set<String> kinds = new HashSet<>();
    for (JsonNode fault : document.get("faults")) {
      kinds.add(fault.get("condition").asText());
      assertTrue(fault.get("found").asBoolean(), fault + "\n" + told);
      assertTrue(fault.get("recovered").asBoolean(), fault + "\n" + told);
    }
    assertEquals(FAULTS, document.get("faults").size(), told);
    assertTrue(kinds.size() >= KINDS, kinds.toString());

    JsonNode work = document.get("work");
    assertEquals(0, work.get("lost").asInt(), told);
    assertEquals(0, work.get("duplicated").asInt(), told);
    assertEquals(work.get("sessions"), work.get("completed"), told);
    assertTrue(work.get("sessions").asInt() >= 10, work.toString());
    JsonNode intake = document.get("intake");
    assertTrue(intake.get("submissions").asInt() >= 10, intake.toString());
    // One late answer of a few dozens is not half a percent, on a machine that does much else.
    assertTrue(intake.get("availability").asDouble() >= (SOAK ? 0.995 : 0.9), told);
    assertTrue(document.get("healthy").asBoolean(), told);
    assertEquals(0, storm.exitValue(), told);
    if (SOAK) {
      long growth = document.get("heapGrowthBytes").asLong();
      assertTrue(growth < HEAP_GROWTH_MAX, growth + " bytes");
    }
    assertNothingLeft(storm.pid(), temporary);
  }

  /** A second storm: all workers at once, and none comes up before the node protects itself. */
  @Test
  @EnabledIfSystemProperty(named = "mainstay.soak", matches = "true")
  void protectionStorm_isEntered_andTheNodeComesBackToAllWork() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process storm =
        Mainstay.start(
            List.of("chaos", "run", "protection-storm", "--seed", "20261122", "-o", "json"),
            out,
            err,
            Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary));
    try {
      assertTrue(
          storm.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS),
          () -> "not over within " + BOUND + "\n" + read(err));
    } finally {
      storm.destroyForcibly();
    }
    String told = read(out) + "\n" + read(err);
    JsonNode document = new ObjectMapper().readTree(read(out));
    assertTrue(document.get("modes").toString().contains("emergency_mode"), told);
    JsonNode intake = document.get("intake");
    assertTrue(intake.get("deferred").asInt() > 0, told);
    assertEquals(0, intake.get("refused").asInt(), told);
    JsonNode work = document.get("work");
    assertEquals(0, work.get("lost").asInt(), told);
    assertEquals(0, work.get("duplicated").asInt(), told);
    assertEquals(work.get("sessions"), work.get("completed"), told);
    assertTrue(document.get("healthy").asBoolean(), told);
    assertEquals(0, storm.exitValue(), told);
    assertNothingLeft(storm.pid(), temporary);
  }

  private static void assertNothingLeft(long pid, Path temporary) throws IOException {
    await("its workers are gone")
        .atMost(Duration.ofSeconds(30))
        .until(() -> WorkerProcesses.of(pid).isEmpty());
    assertEquals(0, SharedMemory.of(pid));
    try (Stream<Path> files = Files.list(temporary)) {
      assertEquals(
          List.of(),
          files.filter(file -> file.getFileName().toString().startsWith("mainstay-")).toList());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
