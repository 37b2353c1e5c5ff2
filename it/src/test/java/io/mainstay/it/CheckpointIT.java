package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayReply.CheckpointView;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionCarry;
import io.mainstay.persistence.session.SessionView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints of a picture of many steps as somebody at the command line sees and uses them, on a
 * node that goes on working meanwhile. Whatever is done, the picture is that of a session that
 * nobody disturbed, to the byte.
 */
class CheckpointIT {
  private static final int STEPS = 160;
  private static final int CHECKPOINT_STEPS = 4;
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Pattern HASH = Pattern.compile("\"sha256\":\"([0-9a-f]{64})\"");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Many of them, of which few are kept, so that what is listed is superseded at once. */
  private static final String CONF =
      """
      mainstay.device.devices = [ { id = cpu-0, backend = cpu, threads = 1, memory-budget = 1GiB } ]
      mainstay.processing.checkpoint {
        steps = %d, cost-share-max = 1, full-every = 4, difference-share-max = 1, kept-per-batch = 3, max-bytes = 1
      }
      """
          .formatted(CHECKPOINT_STEPS);

  /** None is due, so that those which are written were written for a reason. */
  private static final String RARE =
      """
      mainstay.device.devices = [ { id = cpu-0, backend = cpu, threads = 1, memory-budget = 1GiB } ]
      mainstay.processing.checkpoint { steps = 100000, interval = 1h }
      """;

  @TempDir Path directory;

  private Path prompts;
  private NodeProcess node;
  private PictureStage stage;

  @BeforeEach
  void start() throws Exception {
    prompts = Prompts.write(directory.resolve("prompts.txt"), Prompts.scenes(1, 20261122));
    open(NodeProcess.start(directory.resolve("data"), CONF));
  }

  private void open(NodeProcess started) {
    node = started;
    stage = PictureStage.of(directory, started);
  }

  @AfterEach
  void end() {
    stage.close();
    node.close();
  }

  @Test
  void checkpoints_ofANodeThatWorks() throws Exception {
    Map<String, byte[]> undisturbed = finished("undisturbed", submit());
    String restored = restoreWhileRunning(undisturbed);
    pruneWhileRunning(undisturbed);
    restartWhileRunning(undisturbed);
    assertTold();

    stage.client().close();
    node.terminate();
    Mainstay.assertJournalIntact(node.dataDirectory());
    open(NodeProcess.start(node.dataDirectory(), CONF));
    replay(restored);
    goOnFromAnEarlierOneWhenTheLastIsDamaged(undisturbed);
  }

  /** What is under way when the node is told to end is where its next life goes on. */
  @Test
  void nodeIsTerminated_andGoesOnFromWhereItWas() throws Exception {
    openRare();
    Map<String, byte[]> undisturbed = finished("whole", submit(prompts, "400"));
    String session = submit(prompts, "400");
    awaitStep(session, 20);
    assertEquals(List.of(), steps(session), "none is due");

    stage.client().close();
    node.terminate();
    open(NodeProcess.start(node.dataDirectory(), RARE));

    assertSame(undisturbed, finished("terminated", session));
    List<Integer> steps = steps(session);
    assertEquals(1, steps.size(), steps.toString());
    assertTrue(steps.get(0) >= 20, "not from its beginning: " + steps);
  }

  /** Late pictures are of no use, but what was paid for them may be. */
  @Test
  void sessionThatIsLate_savesWhereItIs_andCanBeRestartedThere() throws Exception {
    openRare();
    Path many = Prompts.write(directory.resolve("many.txt"), Prompts.scenes(8, 20261122));
    String session = submit(many, "400", "batch-size", "8", "deadline", "10s");
    awaitStep(session, 1);
    SessionView late = stage.client().awaitSession(session, BOUND);
    assertEquals("failed", late.state(), late.toString());

    List<String> types = lines(session).stream().map(GatewayReply.JournalLine::type).toList();
    assertEquals(1, steps(session).size(), types.toString());
    assertTrue(
        types.indexOf("BatchCheckpointed") < types.indexOf("WorkflowFailed"), types.toString());
    GatewayReply.Restarted again = stage.client().restart(session, SessionCarry.EVERYTHING);
    assertEquals(1, again.checkpointsKept(), again.toString());
    stage.client().cancel(again.sessionId(), "it has shown what it can");
  }

  private void openRare() throws Exception {
    stage.close();
    node.close();
    open(NodeProcess.start(directory.resolve("rare"), RARE));
  }

  private void awaitStep(String session, int step) {
    await("step " + step)
        .atMost(BOUND)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(
            () ->
                stage.client().progress(session).stream().anyMatch(batch -> batch.done() >= step));
  }

  private String restoreWhileRunning(Map<String, byte[]> undisturbed) throws Exception {
    String session = submit();
    List<CheckpointView> listed = awaitListed(session, 3);
    CheckpointView first = listed.get(0);
    awaitCheckpoints(session, first.step() + 8 * CHECKPOINT_STEPS);

    JsonNode shown = stage.json(0, "checkpoints", "show", first.id());
    assertTrue(shown.get("sound").asBoolean(), shown.toString());
    assertFalse(shown.get("named").asBoolean(), "long superseded: " + shown);
    JsonNode back = stage.json(0, "checkpoints", "restore", first.id(), "--reason", "a look back");
    assertEquals(first.step(), back.get("step").asInt());
    Mainstay.Result none =
        stage.cli("checkpoints", "restore", session + ":0-1:" + (first.step() + 1));
    PictureStage.assertRefused(none, "took none of those documents at that step", first.id());

    assertSame(undisturbed, finished("restored", session));
    List<JsonNode> events = events(session, "CheckpointRestored");
    assertEquals(1, events.size(), events.toString());
    assertEquals("a look back", events.get(0).get("reason").asText());
    List<Integer> steps = steps(session);
    assertTrue(
        steps.indexOf(first.step() + CHECKPOINT_STEPS)
            < steps.lastIndexOf(first.step() + CHECKPOINT_STEPS),
        "the steps behind it are done again: " + steps);

    await("what the batch kept is let go, behind its end")
        .atMost(BOUND)
        .untilAsserted(
            () ->
                PictureStage.assertRefused(
                    stage.cli("checkpoints", "show", first.id()),
                    "its batch is over",
                    "restart " + session));
    return session;
  }

  /** No byte of others is allowed, so all go but the one that the batch goes on from. */
  private void pruneWhileRunning(Map<String, byte[]> undisturbed) throws Exception {
    String session = submit();
    awaitListed(session, 3);
    JsonNode pruned = stage.json(0, "checkpoints", "prune");
    assertTrue(pruned.get("checkpoints").asInt() >= 1, pruned.toString());
    assertTrue(pruned.get("bytes").asLong() > 0, pruned.toString());
    assertSame(undisturbed, finished("pruned", session));
  }

  private void restartWhileRunning(Map<String, byte[]> undisturbed) throws Exception {
    String former = submit();
    List<CheckpointView> listed = awaitListed(former, 3);
    int step = listed.get(listed.size() - 1).step();
    JsonNode again = stage.json(0, "sessions", "restart", former, "--from", Integer.toString(step));
    String session = again.get("sessionId").asText();
    assertEquals(1, again.get("checkpointsKept").asInt(), again.toString());
    assertSame(undisturbed, finished("restarted", session));
    assertEquals("cancelled", stage.client().session(former).state());
    assertTrue(steps(session).get(0) > step, "the steps up to " + step + " are paid for: " + again);
  }

  private void assertTold() throws Exception {
    JsonNode figures = stage.json(0, "status").get("checkpoints");
    assertTrue(figures.get("count").asInt() > 3 * STEPS / CHECKPOINT_STEPS, figures.toString());
    assertTrue(figures.get("differences").asInt() > 0, figures.toString());
    assertTrue(figures.get("bytes").asLong() > 0, figures.toString());
    assertTrue(figures.get("shareOfStepTime").asDouble() > 0, figures.toString());
  }

  /** The same events, folded to the one before and to the one that went back. */
  private void replay(String session) throws Exception {
    GatewayReply.JournalLine line =
        lines(session).stream()
            .filter(each -> each.type().equals("CheckpointRestored"))
            .findFirst()
            .orElseThrow();
    int target = JSON.readTree(line.json()).get("step").asInt();
    assertTrue(stepAt(session, line.sequenceNr() - 1) > target);
    assertEquals(target, stepAt(session, line.sequenceNr()));
  }

  private int stepAt(String session, long sequenceNr) throws Exception {
    return stage
        .json(0, "journal", "replay", "Session|" + session, "--to", Long.toString(sequenceNr))
        .at("/state/plan/pending/0/checkpoint/step")
        .asInt();
  }

  private void goOnFromAnEarlierOneWhenTheLastIsDamaged(Map<String, byte[]> undisturbed)
      throws Exception {
    String session = submit();
    awaitListed(session, 3);
    stage.client().close();
    node.kill();
    damageLast(session);
    open(NodeProcess.start(node.dataDirectory(), CONF));

    assertSame(undisturbed, finished("damaged", session));
    List<JsonNode> events = events(session, "CheckpointRestored");
    assertEquals(1, events.size(), events.toString());
    assertEquals(1, events.get(0).get("lost").size(), events.toString());
    assertTrue(events.get(0).get("step").asInt() > 0, "not from its beginning: " + events);
    SessionView view = stage.client().session(session);
    assertTrue(
        view.degradations().stream().anyMatch(what -> what.startsWith("checkpoint_unusable")),
        view.toString());
  }

  /** The one that the journal names last, as a bad disk would. */
  private void damageLast(String session) throws Exception {
    try (Connection database =
        DriverManager.getConnection("jdbc:sqlite:" + node.dataDirectory().resolve("mainstay.db"))) {
      String sha256;
      try (PreparedStatement select =
          database.prepareStatement(
              "SELECT event_payload FROM journal WHERE persistence_id = ?"
                  + " AND event_ser_manifest LIKE 'session.BatchCheckpointed.%'"
                  + " ORDER BY sequence_number DESC LIMIT 1")) {
        select.setString(1, "Session|" + session);
        try (ResultSet row = select.executeQuery()) {
          assertTrue(row.next(), "a checkpoint is journaled");
          Matcher hash = HASH.matcher(new String(row.getBytes(1), StandardCharsets.ISO_8859_1));
          assertTrue(hash.find());
          sha256 = hash.group(1);
        }
      }
      try (PreparedStatement damage =
          database.prepareStatement(
              "UPDATE blob_chunk SET data = x'00' WHERE content_id ="
                  + " (SELECT content_id FROM blob WHERE sha256 = ?)")) {
        damage.setString(1, sha256);
        assertEquals(1, damage.executeUpdate());
      }
    }
  }

  private String submit() throws Exception {
    return submit(prompts, Integer.toString(STEPS));
  }

  private String submit(Path input, String steps, String... params) throws Exception {
    Submission submission = Submission.of("text-to-image", input).with("steps", steps);
    for (int i = 0; i < params.length; i += 2) {
      submission = submission.with(params[i], params[i + 1]);
    }
    return stage.client().submit(submission);
  }

  private Map<String, byte[]> finished(String out, String session) throws Exception {
    SessionView view = stage.client().awaitSession(session, BOUND);
    assertEquals("completed", view.state(), view.toString());
    stage.client().fetch(session, directory.resolve(out));
    return PictureFiles.bytes(directory.resolve(out));
  }

  /** As the command lists them, which holds them. */
  private List<CheckpointView> awaitListed(String session, int count) {
    return await(count + " checkpoints")
        .atMost(BOUND)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(() -> stage.client().checkpoints(session), found -> found.size() >= count);
  }

  private void awaitCheckpoints(String session, int step) {
    await("checkpoint of step " + step)
        .atMost(BOUND)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(() -> steps(session).stream().anyMatch(taken -> taken >= step));
  }

  private List<Integer> steps(String session) throws Exception {
    return events(session, "BatchCheckpointed").stream()
        .map(event -> event.get("step").asInt())
        .toList();
  }

  private List<JsonNode> events(String session, String type) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    for (GatewayReply.JournalLine line : lines(session)) {
      if (line.type().equals(type)) {
        events.add(JSON.readTree(line.json()));
      }
    }
    return events;
  }

  private List<GatewayReply.JournalLine> lines(String session) {
    List<GatewayReply.JournalLine> lines = new ArrayList<>();
    GatewayReply.Journal page;
    long from = 0;
    do {
      page = stage.client().journal("Session|" + session, from, stage.client().journalPage());
      lines.addAll(page.entries());
      from = page.lastOrdering();
    } while (page.more());
    return lines;
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, found.get(name), name));
  }
}
