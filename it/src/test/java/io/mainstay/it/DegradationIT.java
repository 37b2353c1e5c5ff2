package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.NodeUnreachableException;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import io.mainstay.it.Prompts.Scene;
import io.mainstay.persistence.session.SessionView;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A node with real workers that a person puts into one mode after the other. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class DegradationIT {
  private static final Duration BOUND = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT_MODEL = "all-minilm-l6-v2-q";
  private static final String MINIMAL = "minimal_operation_mode";

  /**
   * A limit between the models that there are, and no word of this machine's memory, which is not
   * the test's.
   */
  private static final String CONF =
      """
      mainstay.device.devices = [
        { id = cpu-0, backend = cpu, threads = 1, memory-budget = 512MiB }
        { id = cpu-1, backend = cpu, threads = 1, memory-budget = 512MiB }
      ]
      mainstay.modes.watch.memory = off
      mainstay.modes.modes.minimal_operation_mode.models.bytes-max = 10 MiB
      """;

  private static final List<Scene> SCENES = Prompts.scenes(4, 20261122);

  @TempDir static Path directory;
  private static NodeProcess node;
  private static MainstayClient client;

  @BeforeAll
  static void start() throws Exception {
    node = NodeProcess.start(directory.resolve("data"), CONF);
    client = connected();
  }

  @AfterAll
  static void stop() {
    client.close();
    node.close();
  }

  @Test
  void minimalOperation_limitsWhatIsDone_saysSo_survivesACrash_andIsCleared() throws Exception {
    assertEquals("normal", client.status().mode());
    Mainstay.Result set =
        Mainstay.run(
            "mode",
            "set",
            MINIMAL,
            "--reason",
            "the test",
            "--data",
            node.dataDirectory().toString());
    assertEquals(0, set.exit(), set.toString());
    assertEquals(MINIMAL, client.status().mode());
    assertEquals("degraded", client.status().state());

    assertEquals("model_too_large_for_mode", refusedText().code());
    assertEquals(Duration.ofSeconds(30), refusedText().retryAfter());
    RequestRefusedException load =
        assertThrows(
            RequestRefusedException.class, () -> client.loadModel(TEXT_MODEL, "cpu-0", BOUND));
    assertEquals("model_too_large_for_mode", load.code());
    await("what nobody uses and is too large is gone from the devices")
        .atMost(BOUND)
        .until(
            () ->
                client.devices().stream()
                    .noneMatch(device -> device.models().contains(TEXT_MODEL)));
    assertEquals("operation_disabled", refused(pictures().with("negative-prompt", "blurred")));

    String first = client.submit(pictures());
    String second = client.submit(pictures());
    client.close();
    node.kill();
    node = NodeProcess.start(directory.resolve("data"), CONF);
    client = connected();
    assertEquals(MINIMAL, client.status().mode());
    assertEquals("model_too_large_for_mode", refusedText().code());

    for (String session : List.of(first, second)) {
      SessionView view = client.awaitSession(session, BOUND);
      assertEquals("completed", view.state(), view.toString());
      assertTrue(
          view.degradations()
              .contains("degraded_mode: batch size 1 instead of 4 while " + MINIMAL + " holds"),
          view.degradations().toString());
    }
    assertOneAfterTheOther(first, second);
    Path out = directory.resolve("fetched");
    client.fetch(first, out);
    String manifest = Files.readString(out.resolve("manifest.json"));
    assertTrue(manifest.contains("worked on while " + MINIMAL + " holds"), manifest);

    GatewayReply.Modes modes = client.clearMode(MINIMAL, "", "the test is over");
    assertTrue(modes.restrictions().isEmpty(), modes.toString());
    assertEquals("normal", client.status().mode());
    SessionView text = client.awaitSession(client.submit(text()), BOUND);
    assertEquals("completed", text.state(), text.toString());
    assertEquals(List.of(), text.degradations());
    List<String> story = types("Modes|" + client.status().node());
    assertEquals(
        List.of("OverrideSet", "ModeEntered", "OverrideCleared", "ModeLeft"), story.subList(0, 4));
  }

  @Test
  void safetyFirst_withholdsForReview_whatNormalOperationDelivers() throws Exception {
    Path photo = directory.resolve("soft/circle.png");
    Drawings.circle(photo, "red", "white", 64, 64);
    blur(photo);
    Submission soft = Submission.of("image-enhance", photo);
    SessionView normal = client.awaitSession(client.submit(soft), BOUND);
    client.setMode("safety_first_mode", "", true, "the test");
    SessionView careful = client.awaitSession(client.submit(soft), BOUND);
    client.clearMode("safety_first_mode", "", "the test is over");
    // Poor, so that normal operation delivers it with a mark; careful operation does not.
    assertEquals("completed", normal.state(), normal.toString());
    assertEquals(1, delivered(normal), normal.toString());
    assertEquals("completed", careful.state(), careful.toString());
    assertEquals(0, delivered(careful), careful.toString());
    assertTrue(
        client.reviews(true).stream()
            .anyMatch(
                review ->
                    review.sessionId().equals(careful.sessionId())
                        && review.policyVersion().contains("safety_first_mode")),
        client.reviews(true).toString());
    assertTrue(
        careful.degradations().stream().anyMatch(what -> what.contains("safety_first_mode")),
        careful.degradations().toString());
  }

  private static void blur(Path picture) throws IOException {
    BufferedImage sharp = ImageIO.read(picture.toFile());
    int side = 15;
    float[] box = new float[side * side];
    Arrays.fill(box, 1f / box.length);
    ConvolveOp soft = new ConvolveOp(new Kernel(side, side, box), ConvolveOp.EDGE_NO_OP, null);
    BufferedImage blurred =
        new BufferedImage(sharp.getWidth(), sharp.getHeight(), BufferedImage.TYPE_INT_RGB);
    blurred.getGraphics().drawImage(sharp, 0, 0, null);
    blurred = soft.filter(blurred, null);
    ImageIO.write(soft.filter(blurred, null), "png", picture.toFile());
  }

  @Test
  void deviceIsolation_keepsWorkOffTheDevice() throws Exception {
    client.setMode("device_isolation", "cpu-0", true, "the test");
    String session = client.submit(text());
    SessionView view = client.awaitSession(session, BOUND);
    assertEquals("completed", view.state(), view.toString());
    for (JsonNode event : events("Session|" + session)) {
      if (event.get("type").asText().equals("BatchDispatched")) {
        assertEquals("cpu-1", event.get("device").asText(), event.toString());
      }
    }
    client.clearMode("device_isolation", "cpu-0", "the test is over");
    assertEquals("normal", client.status().mode());
  }

  /** A node that has just come back, on a machine that does much else, may need a while. */
  private static MainstayClient connected() {
    return await("the node answers")
        .atMost(BOUND)
        .ignoreException(NodeUnreachableException.class)
        .until(() -> node.client(), found -> true);
  }

  private static long delivered(SessionView view) {
    return view.outputs().stream().filter(output -> output.name().endsWith(".png")).count();
  }

  /** The second session's first batch goes out after the first one's end. */
  private static void assertOneAfterTheOther(String one, String other) throws IOException {
    Map<Boolean, Instant> firsts =
        Map.of(true, at(one, "BatchDispatched", true), false, at(other, "BatchDispatched", true));
    boolean inOrder = firsts.get(true).isBefore(firsts.get(false));
    Instant end = at(inOrder ? one : other, "WorkflowCompleted", false);
    Instant begin = firsts.get(!inOrder);
    assertFalse(begin.isBefore(end), begin + " is before " + end);
  }

  private static Instant at(String session, String type, boolean first) throws IOException {
    List<Instant> times =
        events("Session|" + session).stream()
            .filter(event -> event.get("type").asText().equals(type))
            .map(event -> Instant.parse(event.get("meta").get("at").asText()))
            .toList();
    return times.get(first ? 0 : times.size() - 1);
  }

  private static Submission pictures() throws IOException {
    return Submission.of("text-to-image", Prompts.write(directory.resolve("prompts.txt"), SCENES))
        .with("steps", "8");
  }

  private static Submission text() throws IOException {
    return Submission.of(
        "text-embedding", Corpus.write(directory.resolve("input.txt"), Corpus.documents(20, 7)));
  }

  private static String refused(Submission submission) {
    return assertThrows(RequestRefusedException.class, () -> client.submit(submission)).code();
  }

  private static RequestRefusedException refusedText() {
    return assertThrows(RequestRefusedException.class, () -> client.submit(text()));
  }

  private static List<String> types(String id) throws IOException {
    return events(id).stream().map(event -> event.get("type").asText()).toList();
  }

  private static List<JsonNode> events(String id) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    long after = 0;
    GatewayReply.Journal page;
    do {
      page = client.journal(id, after, client.journalPage());
      after = page.lastOrdering();
      for (GatewayReply.JournalLine line : page.entries()) {
        events.add(((ObjectNode) JSON.readTree(line.json())).put("type", line.type()));
      }
    } while (page.more());
    return events;
  }
}
