package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.runtime.chaos.Conditions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conditions brought about one after the other by {@code bench faults}: each is found, and
 * recovered from. Under {@code -Psoak} all that this machine can have, otherwise two that no other
 * test has.
 */
class FaultsIT {
  private static final boolean SOAK = Boolean.getBoolean("mainstay.soak");
  private static final Duration BOUND = Duration.ofMinutes(SOAK ? 60 : 5);
  private static final String FEW =
      "scheduler-damaged,safety-model-damaged,device-domain-fails,domain-gives-up";

  /** What no condition of a temporary node brings about; a test names each. */
  private static final Set<String> BY_TESTS_ALONE =
      Set.of("device_discovery_failure", "no_valid_checkpoints_available");

  @TempDir Path directory;

  @Test
  void everyCondition_isFoundAndRecoveredFrom() throws Exception {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> all = List.of("bench", "faults", "-o", "json");
    List<String> few = List.of("bench", "faults", "-o", "json", "--kinds", FEW);
    Process bench = Mainstay.start(SOAK ? all : few, out, err, Map.of());
    try {
      assertTrue(bench.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS), () -> "not over in " + BOUND);
    } finally {
      bench.destroyForcibly();
    }
    String told = Files.readString(out) + "\n" + Files.readString(err);
    JsonNode document = new ObjectMapper().readTree(Files.readString(out));
    for (String list : List.of("notFound", "nodesEnded", "overLimit")) {
      assertTrue(document.get("names").path(list).isEmpty(), told);
    }
    JsonNode counts = document.get("counts");
    if (SOAK) {
      assertWhole(document, told);
    } else {
      assertEquals(FEW.split(",").length, counts.get("conditions").asInt(), told);
    }
    assertEquals(counts.get("conditions"), counts.get("conditionsRecovered"), told);
    assertEquals(0, counts.get("documentsLost").asInt(), told);
    assertEquals(0, counts.get("documentsDoneTwice").asInt(), told);
    assertEquals(0, bench.exitValue(), told);
  }

  /** None is left out in silence, and what is measured is as soon as it must be. */
  private static void assertWhole(JsonNode document, String told) {
    JsonNode names = document.get("names");
    JsonNode counts = document.get("counts");
    assertEquals(
        Conditions.all().size(),
        counts.get("conditions").asInt() + counts.get("skipped").asInt(),
        told);
    for (JsonNode skipped : names.get("skipped")) {
      assertTrue(skipped.asText().matches(".*(root|prlimit).*"), skipped + "\n" + told);
    }
    for (JsonNode error : names.get("withoutMeans")) {
      assertTrue(BY_TESTS_ALONE.contains(error.asText()), error + "\n" + told);
    }
    assertTrue(names.get("withoutRecovery").isEmpty(), told);
    JsonNode results = document.get("results");
    assertTrue(results.get("detectionOfProcessFaults").get("p99").asDouble() < 100, told);
    assertTrue(results.get("initiation").get("p99").asDouble() < 500, told);
  }
}
