package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of models, templates and checkpoints are damaged, and loads hang, while a node works: the
 * journal has the fault, the directive, the escalation, and the recovery with its steps; then the
 * node is as before, and what was accepted is finished.
 */
class ModelRecoveryIT {
  private static final String MINILM = "all-minilm-l6-v2-q";
  private static final String DECODER = "vae_decoder/model.onnx";
  private static final String UNET = "unet/model.onnx";

  /** The end of an exported graph: which version of the operators it uses. */
  private static final String OPSET_14 = "B\u0002\u0010\u000e";

  private static final String OPSET_127 = "B\u0002\u0010\u007f";
  private static final String SCHEDULER = "scheduler/scheduler_config.json";
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final Pattern HASH = Pattern.compile("\"sha256\":\"([0-9a-f]{64})\"");

  private static final String CONF =
      """
      mainstay.device.worker.fault-injection = on
      mainstay.device.devices = [ { id = cpu-0, backend = cpu, threads = 1, memory-budget = 1GiB } ]
      mainstay.device.progress.load = 4s
      mainstay.processing.checkpoint { steps = 4, cost-share-max = 1, kept-per-batch = 3 }
      """;

  @TempDir static Path directory;
  private static NodeProcess node;
  private static PictureStage stage;
  private static Path prompts;
  private static Path documents;
  private static Path models;

  @BeforeAll
  static void start() throws Exception {
    models = directory.resolve("data/models");
    ModelCopies copies = new ModelCopies(models);
    copies.of("shapes-64-small", "headless");
    copies.of("shapes-64-small", "sketch");
    copies.of("shapes-64-small", "slow-to-come");
    copies.of("shapes-64-small", "of-tomorrow").replaced(UNET, OPSET_14, OPSET_127);
    prompts = Prompts.write(directory.resolve("prompts.txt"), Prompts.scenes(1, 20261122));
    documents = Corpus.write(directory.resolve("input.txt"), Corpus.documents(60, 20261121));
    open();
  }

  private static void open() throws IOException {
    node = NodeProcess.start(directory.resolve("data"), CONF);
    stage = PictureStage.of(directory, node);
  }

  @AfterAll
  static void stop() throws Exception {
    stage.client().close();
    // 128 + SIGTERM: the end of every JVM that was asked to leave.
    assertEquals(143, node.terminate(), node.stderr());
  }

  private static MainstayClient client() {
    return stage.client();
  }

  @Test
  void optimizedCopyThatIsDamaged_isMadeAnewFromItsSource() throws Exception {
    completed(client().submit(text()));
    List<Path> copies = copies();
    assertFalse(copies.isEmpty(), "the worker has written optimized copies");
    for (Path copy : copies) {
      byte[] bytes = Files.readAllBytes(copy);
      bytes[bytes.length / 2] ^= 1;
      Files.write(copy, bytes);
    }
    FaultWatch trail = FaultWatch.from(client());
    String session = client().submit(text());
    DeviceView device = client().devices().get(0);
    WorkerProcesses.signal(device.pid(), "KILL");

    FaultWatch.Seen seen = trail.await("model_cache_corruption", "cpu-0/" + MINILM);
    assertEquals("stop", seen.directive());
    assertRecovered("model_cache_corruption_rebuild", seen, "validate_cache_integrity");
    assertRecovered("model_cache_rebuild", seen, "rebuild_corrupted_entries");
    completed(session);
    for (Path copy : copies()) {
      assertEquals(
          Files.readString(Path.of(copy + ".sha256")).trim(),
          ModelCopies.sha256(Files.readAllBytes(copy)),
          copy.toString());
    }
    assertFalse(copies().isEmpty(), "they were written again");
    assertHealthy();
  }

  @Test
  void decoderThatIsGone_isTakenFromASibling_untilItIsBack() throws Exception {
    Path decoder = models.resolve("headless").resolve(DECODER);
    Path aside = directory.resolve("decoder.onnx");
    Files.move(decoder, aside);
    FaultWatch trail = FaultWatch.from(client());
    client().verifyModels("headless", BOUND);

    FaultWatch.Seen seen = trail.await("model_component_missing", "model/headless");
    assertEquals("restart-keeping-children", seen.directive());
    assertRecovered("component_fallback", seen, "substitute_model_component");
    SessionView drawn = completed(client().submit(picture("headless", "8")));
    assertTrue(
        drawn.degradations().stream()
            .anyMatch(what -> what.startsWith("model_component_substitution")),
        drawn.toString());

    FaultWatch later = FaultWatch.from(client());
    client().rescanModels(BOUND);
    Files.move(aside, decoder, StandardCopyOption.ATOMIC_MOVE);
    client().rescanModels(BOUND);
    assertEquals("available", client().model("headless").model().state());
    assertTrue(later.none("model_component_missing"), "what is known is not said at every scan");
    assertHealthy();
  }

  @Test
  void modelThatNoEngineCanRun_isStoodInForByASimilarOne() throws Exception {
    FaultWatch.Seen seen =
        FaultWatch.ofAll(client()).await("inference_model_incompatibility", "model/of-tomorrow");
    assertRecovered("model_compatibility_resolution", seen, "compatible_model_substitution");
    SessionView drawn = completed(client().submit(picture("of-tomorrow", "8")));
    assertTrue(
        drawn.degradations().stream().anyMatch(what -> what.startsWith("similar_capability_model")),
        drawn.toString());
    assertHealthy();
  }

  @Test
  void templateThatIsDamaged_isReplacedByItsLastGoodVersion() throws Exception {
    Map<String, byte[]> good = drawn("good", completed(client().submit(picture("sketch", "8"))));
    Path scheduler = models.resolve("sketch").resolve(SCHEDULER);
    byte[] own = Files.readAllBytes(scheduler);
    Files.writeString(scheduler, "{ \"_class_name\": \"DDIM");
    FaultWatch trail = FaultWatch.from(client());
    SessionView session = completed(client().submit(picture("sketch", "8")));

    FaultWatch.Seen seen = trail.await("workflow_template_corruption", "template/sketch");
    assertRecovered("template_fallback", seen, "restore_last_valid_template");
    assertTrue(
        session.degradations().stream().anyMatch(what -> what.startsWith("template_fallback")),
        session.toString());
    assertSame(good, drawn("fallback", session));

    Files.write(scheduler, own);
    assertEquals(
        List.of(), fallbacks(completed(client().submit(picture("sketch", "8")))), "its own again");
    assertHealthy();
  }

  @Test
  void loadThatHangs_isGivenUp_andTheSessionThatWaitsForItGoesOn() throws Exception {
    FaultWatch trail = FaultWatch.from(client());
    GatewayReply armed =
        client()
            .ask(
                new GatewayRequest.InjectFault(
                    "cpu-0", "hang-compute", "next-load", 0, new byte[0], false))
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    assertEquals(new GatewayReply.FaultArmed(), armed);
    String session = client().submit(picture("slow-to-come", "8"));

    FaultWatch.Seen seen = trail.await("model_loading_deadlock", "device/cpu-0");
    assertEquals("stop", seen.directive());
    assertRecovered("model_failure_processing_abort", seen, "restart_model_loading");
    assertRecovered("deadlock_resolution", seen, "await_load_progress");
    completed(session);
    assertEquals("loaded", client().model("slow-to-come").model().state());
    assertHealthy();
  }

  @Test
  void requestThatSuitsNoSuchModel_isRefusedBeforeWork() throws Exception {
    FaultWatch trail = FaultWatch.from(client());
    assertThrows(RuntimeException.class, () -> client().infer("shapes-64-small", "a text"));
    FaultWatch.Seen seen = trail.await("inference_parameter_validation_failure", "gateway/");
    assertEquals("request", seen.fault().get("blame").asText());
    assertRecovered("pre_operation_validation", seen, "confirm_refused_before_work");
    assertHealthy();
  }

  @ParameterizedTest
  @CsvSource({
    "lost-turn, batch_processing_deadlock, batch_deadlock_queue_reset, deadlock_resolution",
    "ghost-session, session_management_corruption, session_corruption_cleanup,"
        + " processing_session_recovery",
    "held-lease, model_loading_deadlock, model_failure_processing_abort, deadlock_resolution"
  })
  void whatTheNodesBooksHaveWrong_isPutRight_whileASessionRuns(
      String harm, String error, String cascade, String strategy) throws Exception {
    String session = client().submit(text());
    FaultWatch trail = FaultWatch.from(client());
    GatewayReply done =
        client()
            .ask(new GatewayRequest.InjectDivergences(harm, 1, 20261122))
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    assertTrue(done instanceof GatewayReply.DivergencesInjected, done.toString());

    FaultWatch.Seen seen = trail.await(error, "consistency");
    for (String name : List.of(cascade, strategy)) {
      RecoveryJournal.Ended ended =
          new RecoveryJournal(client()).awaitEnded(name, seen.escalationId());
      assertEquals("RECOVERED", ended.end(), ended.toString());
    }
    completed(session);
    assertHealthy();
  }

  @Test
  void sessionWhoseCheckpointsAreAllDamaged_isMadeFromItsInput() throws Exception {
    Map<String, byte[]> undisturbed =
        drawn("undisturbed", completed(client().submit(picture("shapes-64-small", "80"))));
    String session = client().submit(picture("shapes-64-small", "80"));
    await("three checkpoints")
        .atMost(BOUND)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(() -> client().checkpoints(session).size() >= 3);
    client().close();
    node.kill();
    damageCheckpoints(session);
    open();

    FaultWatch.Seen seen =
        FaultWatch.ofAll(client()).await("no_valid_checkpoints_available", session);
    RecoveryJournal.Ended ended =
        new RecoveryJournal(client())
            .awaitEnded("processing_session_recovery", seen.escalationId());
    assertEquals("RECOVERED", ended.end(), ended.toString());
    assertSame(undisturbed, drawn("restored", completed(session)));
    assertHealthy();
  }

  private static void assertRecovered(String name, FaultWatch.Seen seen, String step) {
    RecoveryJournal.Ended ended =
        new RecoveryJournal(client()).awaitEnded(name, seen.escalationId());
    assertEquals("RECOVERED", ended.end(), ended.toString());
    assertTrue(ended.steps().contains(step), ended.toString());
  }

  private static void assertHealthy() {
    await("the device serves, and nobody rests")
        .atMost(BOUND)
        .untilAsserted(
            () -> {
              assertEquals(
                  List.of("serving"), client().devices().stream().map(DeviceView::state).toList());
              assertEquals(
                  List.of(),
                  client().sessions(20).stream().filter(view -> !view.finished()).toList());
            });
  }

  private static Submission text() {
    return Submission.of("text-embedding", documents).with("batch-size", "4");
  }

  private static Submission picture(String model, String steps) {
    return Submission.of("text-to-image", prompts).with("model", model).with("steps", steps);
  }

  private static SessionView completed(String session) throws Exception {
    SessionView view = client().awaitSession(session, BOUND);
    assertEquals("completed", view.state(), view.toString());
    return view;
  }

  private static List<String> fallbacks(SessionView view) {
    return view.degradations().stream()
        .filter(what -> what.startsWith("template_fallback"))
        .toList();
  }

  private static Map<String, byte[]> drawn(String out, SessionView session) throws Exception {
    client().fetch(session.sessionId(), directory.resolve(out));
    return PictureFiles.bytes(directory.resolve(out));
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, found.get(name), name));
  }

  private static List<Path> copies() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("data/cache/optimized"))) {
      return files.filter(file -> file.toString().endsWith(".onnx")).toList();
    }
  }

  /** All that the journal names, as a bad disk would. */
  private static void damageCheckpoints(String session) throws Exception {
    try (Connection database =
        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("data/mainstay.db"))) {
      Set<String> hashes = new LinkedHashSet<>();
      try (PreparedStatement select =
          database.prepareStatement(
              "SELECT event_payload FROM journal WHERE persistence_id = ?"
                  + " AND event_ser_manifest LIKE 'session.BatchCheckpointed.%'")) {
        select.setString(1, "Session|" + session);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            Matcher hash = HASH.matcher(new String(rows.getBytes(1), StandardCharsets.ISO_8859_1));
            while (hash.find()) {
              hashes.add(hash.group(1));
            }
          }
        }
      }
      assertFalse(hashes.isEmpty(), "checkpoints are journaled");
      List<Integer> damaged = new ArrayList<>();
      for (String hash : hashes) {
        try (PreparedStatement damage =
            database.prepareStatement(
                "UPDATE blob_chunk SET data = x'00' WHERE content_id ="
                    + " (SELECT content_id FROM blob WHERE sha256 = ?)")) {
          damage.setString(1, hash);
          damaged.add(damage.executeUpdate());
        }
      }
      assertTrue(damaged.contains(1), "some are still stored");
    }
  }
}
