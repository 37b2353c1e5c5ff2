package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing a new user types. */
class DemoIT {
  @TempDir Path directory;

  @Test
  void demo_survivesTheDeathOfItsWorker() throws Exception {
    Path input = Corpus.write(directory.resolve("mine.txt"), Corpus.documents(200, 3));
    Path output = directory.resolve("out");
    Mainstay.Result result =
        Mainstay.run(
            "demo", "--input", input.toString(), "--output", output.toString(), "-o", "json");
    assertEquals(0, result.exit(), result.toString());
    JsonNode said = new ObjectMapper().readTree(result.out());
    assertEquals(200, said.get("documents").asInt(), said.toString());
    assertEquals(200, said.get("embedded").asInt());
    assertEquals(0, said.get("lost").asInt());
    assertEquals(0, said.get("duplicated").asInt());
    assertEquals(0, said.get("mismatched").asInt());
    assertEquals(1, said.get("workerKills").asInt());
    assertTrue(said.get("detectionMillis").asDouble() > 0, said.toString());
    assertTrue(said.get("recoveryMillis").asDouble() > 0, said.toString());
    Embeddings.assertExactly(Embeddings.indexes(200), Path.of(said.get("output").asText()));
    assertTrue(Files.exists(output.resolve("manifest.json")));
  }

  @Test
  void demo_whenTheInputIsMissing_saysSoAndKillsNothing() throws Exception {
    Mainstay.Result result =
        Mainstay.run("demo", "--input", directory.resolve("nowhere.txt").toString());
    assertEquals(2, result.exit(), result.toString());
    assertTrue(result.err().contains("nowhere.txt"), result.toString());
    assertTrue(result.err().contains("remedy"), result.toString());
    assertEquals(List.of(), result.err().lines().filter(line -> line.startsWith("\tat ")).toList());
  }
}
