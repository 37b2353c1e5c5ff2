package io.mainstay.actors.postprocessing.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.postprocessing.text.EmbeddingMatrix;
import io.mainstay.actors.support.MemoryArtifacts;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionWork.Completed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingsWriterTest {
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";

  @TempDir Path directory;
  private final MemoryArtifacts store = new MemoryArtifacts();

  private EmbeddingsWriter writer() {
    return new EmbeddingsWriter(
        store,
        directory.resolve("spool"),
        Clock.fixed(Instant.parse("2026-11-22T01:02:03Z"), ZoneOffset.UTC));
  }

  private Completed batch(int from, int to) throws IOException {
    float[][] rows = new float[to - from][];
    for (int i = from; i < to; i++) {
      rows[i - from] = new float[] {i, -i / 3f};
    }
    String sha256 = store.put("x", "r", EmbeddingMatrix.of(rows).toBytes()).sha256();
    return new Completed(new DocumentRange(from, to), sha256, "f", 1);
  }

  private static Manifest manifest(int documents, List<Integer> poisoned) {
    return new Manifest(
        SESSION,
        "text-embedding",
        new Manifest.Model("m", "1", List.of(new Manifest.Component("model", "ab", 7))),
        documents,
        documents - poisoned.size(),
        poisoned,
        0,
        0,
        new Manifest.BatchPlan(2, 3),
        List.of("f"),
        List.of(),
        "2026-11-22T00:00:00Z",
        "",
        List.of());
  }

  private OutputPlan plan(int documents, List<Integer> poisoned, String output, Completed... done) {
    return new OutputPlan(manifest(documents, poisoned), List.of(done), output);
  }

  @Test
  void write_putsLinesInInputOrder_whateverTheOrderOfBatches() throws IOException {
    WrittenOutputs written = writer().write(plan(5, List.of(2), "", batch(3, 5), batch(0, 2)));

    assertEquals(
        """
        {"index":0,"embedding":[0.0,0.0]}
        {"index":1,"embedding":[1.0,-0.33333334]}
        {"index":3,"embedding":[3.0,-1.0]}
        {"index":4,"embedding":[4.0,-1.3333334]}
        """,
        store.text(written.outputs().get(0).sha256()));
    assertEquals(List.of(), written.degradations());
  }

  @Test
  void write_toADirectory_deliversBothFilesAndNothingElse() throws IOException {
    Path output = directory.resolve("deep/out");

    WrittenOutputs written = writer().write(plan(2, List.of(), output.toString(), batch(0, 2)));

    try (Stream<Path> files = Files.list(output)) {
      assertEquals(
          List.of("embeddings.jsonl", "manifest.json"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    JsonNode manifest =
        new ObjectMapper().readTree(Files.readString(output.resolve("manifest.json")));
    assertEquals("2026-11-22T01:02:03Z", manifest.get("finishedAt").asText());
    assertEquals(
        written.outputs().get(0).sha256(), manifest.get("files").get(0).get("sha256").asText());
    assertEquals(
        Files.size(output.resolve("embeddings.jsonl")),
        manifest.get("files").get(0).get("bytes").asLong());
    try (Stream<Path> spooled = Files.list(directory.resolve("spool"))) {
      assertEquals(0, spooled.count());
    }
  }

  @Test
  void write_again_replacesWhatWasThere() throws IOException {
    Path output = Files.createDirectories(directory.resolve("out"));
    Files.writeString(output.resolve("embeddings.jsonl"), "older and longer ".repeat(99));

    WrittenOutputs once = writer().write(plan(1, List.of(), output.toString(), batch(0, 1)));
    WrittenOutputs twice = writer().write(plan(1, List.of(), output.toString(), batch(0, 1)));

    assertEquals(once, twice);
    assertEquals(
        "{\"index\":0,\"embedding\":[0.0,0.0]}\n",
        Files.readString(output.resolve("embeddings.jsonl")));
  }

  @Test
  void write_whenTheDirectoryCannotBeWritten_keepsTheResultsAndSaysSo() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");

    WrittenOutputs written =
        writer().write(plan(1, List.of(), file.resolve("out").toString(), batch(0, 1)));

    assertEquals(1, written.degradations().size());
    String said = written.degradations().get(0);
    assertTrue(said.startsWith("output_directory_unwritable: '" + file + "/out'"), said);
    assertTrue(said.contains("mainstay sessions fetch " + SESSION), said);
    String receipt = store.text(written.outputs().get(1).sha256());
    assertTrue(receipt.contains("output_directory_unwritable"), receipt);
    assertFalse(store.text(written.outputs().get(0).sha256()).isEmpty());
  }

  @Test
  void write_whenADocumentIsMissingOrTwice_refusesToWrite() throws IOException {
    List<OutputPlan> wrong =
        List.of(
            plan(4, List.of(), "", batch(0, 2)),
            plan(4, List.of(), "", batch(2, 4)),
            plan(4, List.of(), "", batch(0, 2), batch(1, 4)),
            plan(4, List.of(3), "", batch(0, 4)),
            plan(2, List.of(), "", batch(0, 2), batch(0, 2)));
    for (OutputPlan plan : wrong) {
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> writer().write(plan));
      assertTrue(refused.getMessage().contains("document"), refused.getMessage());
    }
  }

  @Test
  void write_whenEverythingIsPoisoned_writesAnEmptyFile() throws IOException {
    WrittenOutputs written = writer().write(plan(2, List.of(0, 1), ""));
    assertEquals("", store.text(written.outputs().get(0).sha256()));
  }
}
