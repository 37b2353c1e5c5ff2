package io.mainstay.it;

import static io.mainstay.it.PictureStage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.client.MainstayClient;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users get wrong: one clear message with cause and remedy, the right exit code, and nothing
 * restarted.
 */
class BadInputIT {
  @TempDir static Path directory;
  private static NodeProcess node;
  private static MainstayClient client;
  private static List<Long> workers;

  @BeforeAll
  static void start() throws IOException {
    Path models = directory.resolve("data/models");
    Files.createDirectories(models);
    BrokenModels.write(models);
    node = NodeProcess.start(directory.resolve("data"), "");
    client = node.client();
    workers = pids();
  }

  @AfterAll
  static void stop() {
    client.close();
    node.close();
  }

  @AfterEach
  void nothingWasRestarted() {
    assertEquals(workers, pids(), "the same two worker processes");
    assertEquals(0, client.status().workerRestarts());
  }

  private static List<Long> pids() {
    return client.devices().stream().map(DeviceView::pid).toList();
  }

  private static Mainstay.Result cli(String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--data");
    all.add(node.dataDirectory().toString());
    return Mainstay.run(all.toArray(String[]::new));
  }

  private static Mainstay.Result submit(Path input) throws Exception {
    return cli("submit", "text-embedding", "--input", input.toString());
  }

  @Test
  void input_whenMissing() throws Exception {
    assertRefused(submit(directory.resolve("nowhere.txt")), "nowhere.txt");
  }

  @Test
  void input_whenEmpty() throws Exception {
    assertRefused(submit(Files.createFile(directory.resolve("empty.txt"))), "empty");
  }

  @Test
  void input_whenBinary_namesTheByte() throws Exception {
    Path file = directory.resolve("binary.txt");
    Files.write(file, new byte[] {'a', 'b', '\n', (byte) 0xff, (byte) 0xfe, 'c'});
    assertRefused(submit(file), "UTF-8", "3");
  }

  @Test
  void input_whenOneGigabyte_isRefusedBeforeItIsSent() throws Exception {
    Path file = directory.resolve("huge.txt");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 30);
    }
    long before = Files.size(node.dataDirectory().resolve("mainstay.db"));
    assertRefused(submit(file), "1073741824");
    assertTrue(Files.size(node.dataDirectory().resolve("mainstay.db")) < before + (8 << 20));
  }

  @Test
  void line_whenOneMegabyte_namesTheLine() throws Exception {
    Path file = directory.resolve("line.txt");
    Files.writeString(file, "short\n" + "x".repeat(1_000_000) + "\nshort\n");
    assertRefused(submit(file), "Line 2", "1000000");
  }

  @Test
  void template_whenUnknown_namesTheKnownOnes() throws Exception {
    Path file = Corpus.write(directory.resolve("ok.txt"), Corpus.documents(3, 1));
    assertRefused(
        cli("submit", "text-embeding", "--input", file.toString()),
        "text-embeding",
        "text-embedding");
  }

  @Test
  void parameter_whenUnknownOrInvalid() throws Exception {
    Path file = Corpus.write(directory.resolve("ok2.txt"), Corpus.documents(3, 1));
    assertRefused(
        cli("submit", "text-embedding", "--input", file.toString(), "--param", "colour=red"),
        "colour");
    assertRefused(
        cli("submit", "text-embedding", "--input", file.toString(), "--param", "batch-size=0"),
        "batch-size");
    assertRefused(
        cli("submit", "text-embedding", "--input", file.toString(), "--param", "model=none"),
        "none",
        "all-minilm-l6-v2-q");
  }

  @Test
  void commandLine_whenWrong_isUsage() throws Exception {
    assertEquals(2, Mainstay.run("submit").exit());
    assertEquals(2, Mainstay.run("no-such-command").exit());
    assertEquals(2, Mainstay.run("sessions", "--no-such-option").exit());
  }

  @Test
  void models_whenBroken_areListedWithTheReason_andRefused() throws Exception {
    Mainstay.Result listed = cli("models", "-o", "json");
    assertEquals(0, listed.exit(), listed.toString());
    JsonNode models = new ObjectMapper().readTree(listed.out()).get("models");
    for (String id : BrokenModels.IDS) {
      JsonNode model = null;
      for (JsonNode each : models) {
        if (each.get("id").asText().equals(id)) {
          model = each;
        }
      }
      assertTrue(model != null, id + " is listed in " + listed.out());
      assertEquals("broken", model.get("state").asText(), model.toString());
      assertNotEquals("", model.get("problem").asText(), model.toString());
      assertRefused(cli("infer", id, "--text", "hello"), id);
    }
  }

  @Test
  void session_whenUnknown() throws Exception {
    assertRefused(cli("sessions", "01ARZ3NDEKTSV4RRFFQ69G5FAV"), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
  }

  @Test
  void token_whenWrong_isRefused() throws Exception {
    Path wrong = Files.writeString(directory.resolve("token"), "0".repeat(64));
    Mainstay.Result result =
        Mainstay.run("status", "--node", addressOfNode(), "--token-file", wrong.toString());
    assertRefused(result, "token");
  }

  private static String addressOfNode() throws IOException {
    return new ObjectMapper()
        .readTree(Files.readString(node.dataDirectory().resolve("node.json")))
        .get("address")
        .asText();
  }

  @Test
  void afterAllOfIt_goodWorkStillGoesThrough() throws Exception {
    Path file = Corpus.write(directory.resolve("good.txt"), Corpus.documents(20, 9));
    Mainstay.Result result =
        cli("submit", "text-embedding", "--input", file.toString(), "--wait", "-o", "json");
    assertEquals(0, result.exit(), result.toString());
    assertEquals(
        "completed", new ObjectMapper().readTree(result.out()).get("state").asText(), result.out());
  }
}
