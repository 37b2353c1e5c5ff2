package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionHappyPathTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "");
  }

  @AfterEach
  void end() {
    node.close();
  }

  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "sentence number " + i)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void submit_whenDevicesServe_embedsEveryDocumentInOrder() throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    node.devices.up(new ScriptedWorker("cpu-1", 2));
    Path output = directory.resolve("out");
    String session =
        ((ProcessingCommand.SubmitReply.Accepted)
                node.submit(node.artifacts.input(lines(37)), 4, output.toString()))
            .sessionId();

    SessionView view = node.finished(session);

    assertEquals("completed", view.state(), view.message());
    assertEquals(37, view.embedded());
    assertEquals(1, view.fingerprints().size());
    assertEquals(
        List.of("embeddings.jsonl", "manifest.json"),
        view.outputs().stream().map(BlobRef::name).toList());
    List<String> delivered = Files.readAllLines(output.resolve("embeddings.jsonl"));
    assertEquals(37, delivered.size());
    for (int i = 0; i < 37; i++) {
      JsonNode line = JSON.readTree(delivered.get(i));
      assertEquals(i, line.get("index").asInt());
      assertEquals(ScriptedWorker.DIMENSIONS, line.get("embedding").size());
      double squares = 0;
      for (JsonNode value : line.get("embedding")) {
        squares += value.asDouble() * value.asDouble();
      }
      assertEquals(1, squares, 1e-5);
    }
    assertEquals(
        String.join("\n", delivered) + "\n", node.artifacts.text(view.outputs().get(0).sha256()));
    JsonNode manifest = JSON.readTree(Files.readString(output.resolve("manifest.json")));
    assertEquals(session, manifest.get("sessionId").asText());
    assertEquals(37, manifest.get("embedded").asInt());
    assertEquals(10, manifest.get("batchPlan").get("batches").asInt());
    assertEquals(
        view.outputs().get(0).sha256(), manifest.get("files").get(0).get("sha256").asText());
    assertTrue(node.models.loadedOn().containsAll(List.of("cpu-0", "cpu-1")));
  }
}
