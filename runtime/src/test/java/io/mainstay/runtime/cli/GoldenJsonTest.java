package io.mainstay.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.model.report.Unloaded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each command prints with {@code -o json}, byte for byte, as programs rely on it. */
class GoldenJsonTest {
  private static final String SESSION = Samples.SESSION;
  private static final String MODEL = "all-minilm-l6-v2-q";
  private static final String PICTURES = "01JD8Q3ZK5W9M2N4P6R8T0V1X4";
  @TempDir static Path home;
  private static ScriptedNode node;

  @BeforeAll
  static void start() throws IOException {
    node = ScriptedNode.start();
    node.announceIn(home.resolve("data"));
    node.answering(
            GatewayRequest.ListDevices.class,
            ask -> new GatewayReply.Devices(List.of(Samples.device())))
        .answering(GatewayRequest.ListMemory.class, MemorySamples::page)
        .answering(
            GatewayRequest.GetConsistency.class,
            ask -> new GatewayReply.Consistency(Samples.consistency()))
        .answering(
            GatewayRequest.ListModels.class,
            ask -> new GatewayReply.Models(List.of(Samples.model())))
        .answering(
            GatewayRequest.RescanModels.class,
            ask -> new GatewayReply.Models(List.of(Samples.model())))
        .answering(
            GatewayRequest.ShowModel.class, ask -> new GatewayReply.Model(Samples.modelDetail()))
        .answering(
            GatewayRequest.LoadModel.class, ask -> new GatewayReply.Model(Samples.modelDetail()))
        .answering(
            GatewayRequest.UnloadModel.class,
            ask ->
                new GatewayReply.ModelUnloaded(
                    new Unloaded(
                        ask.modelId(), List.of(new Unloaded.Freed(ask.deviceId(), 5242880)))))
        .answering(
            GatewayRequest.VerifyModels.class,
            ask -> new GatewayReply.ModelsVerified(Samples.verifications()))
        .answering(
            GatewayRequest.ListSessions.class,
            ask -> new GatewayReply.Sessions(List.of(Samples.session("running")), false))
        .answering(
            GatewayRequest.GetSession.class,
            ask ->
                new GatewayReply.Session(
                    ask.sessionId().equals(PICTURES)
                        ? Samples.pictures()
                        : Samples.session("completed")))
        .answering(
            GatewayRequest.CancelSession.class,
            ask -> new GatewayReply.Session(Samples.session("cancelled")))
        .answering(
            GatewayRequest.ListDeadLetters.class,
            ask -> new GatewayReply.DeadLetters(List.of(Samples.deadLetter()), 1))
        .answering(
            GatewayRequest.ListPersistenceIds.class,
            ask -> new GatewayReply.PersistenceIds(List.of(Samples.persistenceId()), false))
        .answering(
            GatewayRequest.ListReviews.class,
            ask ->
                new GatewayReply.Reviews(
                    ask.openOnly() ? 1 : 2,
                    1,
                    List.of(Samples.review(ask.openOnly() || ask.offset() == 0))))
        .answering(
            GatewayRequest.GetReview.class,
            ask -> new GatewayReply.Reviewed(Samples.review(true), ""))
        .answering(
            GatewayRequest.DecideReview.class,
            ask ->
                new GatewayReply.Reviewed(
                    Samples.review(false), ask.decision() + "d: " + ask.note()))
        .answering(
            GatewayRequest.ListTransactions.class,
            ask -> new GatewayReply.Transactions(List.of(Samples.transaction("committed"))))
        .answering(
            GatewayRequest.GetTransaction.class,
            ask -> new GatewayReply.Transaction(Samples.transaction("committed")))
        .answering(
            GatewayRequest.RunTransaction.class,
            ask ->
                new GatewayReply.Transaction(
                    Samples.transaction(
                        ask.params().get(0).value().equals("cpu-0") ? "committed" : "aborted")))
        .answering(
            GatewayRequest.ReleaseTransaction.class,
            ask -> new GatewayReply.Transaction(Samples.transaction("released")))
        .answering(
            GatewayRequest.RedriveTransaction.class,
            ask -> new GatewayReply.Transaction(Samples.transaction("committing")))
        .answering(
            GatewayRequest.ListAlerts.class,
            ask ->
                new GatewayReply.Alerts(
                    ask.openOnly() ? 1 : 2,
                    1,
                    List.of(Samples.alert(ask.openOnly() || ask.offset() == 0))))
        .answering(
            GatewayRequest.GetAlert.class, ask -> new GatewayReply.AlertShown(Samples.alert(true)))
        .answering(
            GatewayRequest.AcknowledgeAlert.class,
            ask -> new GatewayReply.AlertShown(Samples.alert(!ask.note().equals("on it"))))
        .answering(
            GatewayRequest.ClearAlert.class,
            ask -> new GatewayReply.AlertShown(Samples.alert(!ask.reason().equals("settled"))))
        .answering(GatewayRequest.GetModes.class, ask -> Samples.modes(""))
        .answering(
            GatewayRequest.SetMode.class,
            ask -> Samples.modes(ask.on() ? ask.reason() : "kept off"))
        .answering(GatewayRequest.ClearMode.class, ask -> Samples.modes(""))
        .answering(
            GatewayRequest.ListNotifications.class,
            ask ->
                new GatewayReply.Notifications(
                    ask.openOnly() ? 1 : 2,
                    1,
                    ask.offset() > 0
                        ? List.of(Samples.notification(true))
                        : List.of(Samples.notification(false))))
        .answering(
            GatewayRequest.GetNotification.class,
            ask -> new GatewayReply.NotificationShown(Samples.notification(false)))
        .answering(
            GatewayRequest.AcknowledgeNotification.class,
            ask ->
                new GatewayReply.NotificationShown(
                    Samples.notification(ask.note().equals("on it"))))
        .answering(
            GatewayRequest.WatchNotifications.class,
            ask ->
                ask.after() < 1
                    ? new GatewayReply.NotificationLines(
                        List.of(Samples.notificationLine()), 1, 0, false)
                    : new GatewayReply.NotificationLines(List.of(), 1, 0, false))
        .answering(
            GatewayRequest.ListErrors.class,
            ask ->
                new GatewayReply.Errors(
                    ask.error().isEmpty()
                        ? List.of(Samples.error(3, true), Samples.error(0, false))
                        : List.of(Samples.error(3, true))))
        .answering(
            GatewayRequest.AcknowledgeError.class,
            ask -> new GatewayReply.Errors(List.of(Samples.error(3, !ask.note().equals("seen")))))
        .answering(
            GatewayRequest.ListSagas.class,
            ask ->
                new GatewayReply.Sagas(
                    List.of(Samples.saga(ask.stuckOnly() ? "stuck" : "running")), false))
        .answering(
            GatewayRequest.GetSaga.class, ask -> new GatewayReply.SagaShown(Samples.saga("stuck")))
        .answering(
            GatewayRequest.RedriveSaga.class,
            ask -> new GatewayReply.SagaShown(Samples.saga("compensating")))
        .answering(
            GatewayRequest.ListRecoveries.class,
            ask -> new GatewayReply.Recoveries(List.of(Samples.recovery("running")), false))
        .answering(
            GatewayRequest.GetRecovery.class,
            ask -> new GatewayReply.RecoveryShown(Samples.recovery("recovered")))
        .answering(
            GatewayRequest.BeginRecovery.class,
            ask -> new GatewayReply.RecoveryShown(Samples.recovery("running")))
        .answering(
            GatewayRequest.RedriveRecovery.class,
            ask -> new GatewayReply.RecoveryShown(Samples.recovery("rolling-back")))
        .answering(
            GatewayRequest.ListRecoveryPlans.class,
            ask ->
                new GatewayReply.RecoveryPlans(
                    List.of(Samples.recoveryPlan(ask.cascades() ? "cascade" : "strategy"))))
        .answering(GatewayRequest.RequeueReviews.class, ask -> new GatewayReply.Requeued(3))
        .answering(
            GatewayRequest.GetState.class,
            ask ->
                new GatewayReply.State(
                    List.of(Samples.stateCopy()),
                    new GatewayReply.StateTraffic(List.of(0, 0, 1, 2), 1, 30, 0, 4),
                    false))
        .answering(
            GatewayRequest.WatchState.class,
            ask ->
                ask.after() < 1
                    ? new GatewayReply.StateMessages(List.of(Samples.stateMessage()), 1, 0, false)
                    : new GatewayReply.StateMessages(List.of(), 1, 0, false))
        .answering(GatewayRequest.ReadJournal.class, GoldenJsonTest::journal)
        .answering(GatewayRequest.Explain.class, ask -> chain())
        .answering(GatewayRequest.Replay.class, Samples::replayed)
        .answering(
            GatewayRequest.ListCheckpoints.class,
            ask ->
                new GatewayReply.Checkpoints(
                    List.of(Samples.checkpoint(10 + ask.offset(), ask.offset() == 0)), 2))
        .answering(
            GatewayRequest.GetCheckpoint.class,
            ask -> new GatewayReply.Checkpoint(Samples.checkpoint(10, true)))
        .answering(
            GatewayRequest.RestoreCheckpoint.class,
            ask -> new GatewayReply.Checkpoint(Samples.checkpoint(10, true)))
        .answering(
            GatewayRequest.PruneCheckpoints.class,
            ask -> new GatewayReply.CheckpointsPruned(3, 12345))
        .answering(
            GatewayRequest.RestartSession.class,
            ask -> new GatewayReply.Restarted(PICTURES, ask.sessionId(), 2, ask.fromStep()));
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static GatewayReply journal(GatewayRequest.ReadJournal ask) {
    return ask.afterOrdering() > 0
        ? new GatewayReply.Journal(List.of(), ask.afterOrdering(), false, false)
        : new GatewayReply.Journal(
            List.of(Samples.line(1, "e1", "e1", "WorkerDied")), 1, false, false);
  }

  static Stream<Arguments> commands() {
    return Stream.of(
        Arguments.of("status", List.of("status")),
        Arguments.of("consistency", List.of("consistency")),
        Arguments.of("devices", List.of("devices")),
        Arguments.of("memory", List.of("memory")),
        Arguments.of("models", List.of("models")),
        Arguments.of("models-list", List.of("models", "list")),
        Arguments.of("models-rescan", List.of("models", "rescan")),
        Arguments.of("model", List.of("models", "show", MODEL)),
        Arguments.of("model-load", List.of("models", "load", MODEL, "--device", "cpu-0")),
        Arguments.of("model-unload", List.of("models", "unload", MODEL, "--device", "cpu-0")),
        Arguments.of("models-verify", List.of("models", "verify")),
        Arguments.of("sessions", List.of("sessions")),
        Arguments.of("session", List.of("sessions", SESSION)),
        Arguments.of("session-pictures", List.of("sessions", PICTURES)),
        Arguments.of("session-cancel", List.of("sessions", "cancel", SESSION)),
        Arguments.of("dead-letters", List.of("dead-letters")),
        Arguments.of("reviews", List.of("reviews")),
        Arguments.of("reviews-all", List.of("reviews", "--all")),
        Arguments.of("review-show", List.of("reviews", "show", "R1")),
        Arguments.of("review-approve", List.of("reviews", "approve", "R1", "--note", "harmless")),
        Arguments.of("review-requeue", List.of("reviews", "requeue", SESSION)),
        Arguments.of("transactions", List.of("transactions", "list")),
        Arguments.of("transaction", List.of("transactions", "show", "T1")),
        Arguments.of(
            "transaction-run",
            List.of(
                "transactions",
                "run",
                "atomic_device_memory_allocation",
                "--param",
                "device_id=cpu-0")),
        Arguments.of("transaction-release", List.of("transactions", "release", "T1")),
        Arguments.of("transaction-redrive", List.of("transactions", "redrive", "T1")),
        Arguments.of("state", List.of("state", "--device", "cpu-0")),
        Arguments.of("state-owners", List.of("state", "--owners")),
        Arguments.of("state-watch", List.of("state", "watch", "--from-start", "-n", "1")),
        Arguments.of("errors", List.of("errors")),
        Arguments.of("errors-list", List.of("errors", "list")),
        Arguments.of("error-show", List.of("errors", "show", "DEV_004")),
        Arguments.of(
            "error-acknowledge", List.of("errors", "acknowledge", "DEV_004", "--note", "seen")),
        Arguments.of("mode", List.of("mode")),
        Arguments.of("mode-list", List.of("mode", "list")),
        Arguments.of(
            "mode-set",
            List.of("mode", "set", "minimal_operation_mode", "--reason", "maintenance")),
        Arguments.of("mode-clear", List.of("mode", "clear", "minimal_operation_mode")),
        Arguments.of("alerts", List.of("alerts")),
        Arguments.of("alerts-list", List.of("alerts", "list", "--all")),
        Arguments.of("alert-show", List.of("alerts", "show", "A1")),
        Arguments.of(
            "alert-acknowledge", List.of("alerts", "acknowledge", "A1", "--note", "on it")),
        Arguments.of("alert-clear", List.of("alerts", "clear", "A1", "--reason", "settled")),
        Arguments.of("notifications", List.of("notifications")),
        Arguments.of("notifications-list", List.of("notifications", "list", "--open")),
        Arguments.of("notification-show", List.of("notifications", "show", "N1")),
        Arguments.of(
            "notification-acknowledge",
            List.of("notifications", "acknowledge", "N1", "--note", "on it")),
        Arguments.of("watch", List.of("watch", "--from-start", "-n", "1")),
        Arguments.of("sagas", List.of("sagas")),
        Arguments.of("sagas-list", List.of("sagas", "list", "--stuck")),
        Arguments.of("saga-show", List.of("sagas", "show", SESSION)),
        Arguments.of("recoveries", List.of("recoveries")),
        Arguments.of("recoveries-list", List.of("recoveries", "list", "--limit", "5")),
        Arguments.of("recovery-show", List.of("recoveries", "show", SESSION)),
        Arguments.of(
            "recovery-begin",
            List.of("recoveries", "begin", "primary_device_failover", "--subject", "device/cpu-0")),
        Arguments.of("recovery-redrive", List.of("recoveries", "redrive", SESSION)),
        Arguments.of("cascades", List.of("cascades")),
        Arguments.of("cascade", List.of("cascades", "primary_device_failover")),
        Arguments.of("strategies", List.of("strategies")),
        Arguments.of("saga-redrive", List.of("sagas", "redrive", SESSION)),
        Arguments.of("journal-list", List.of("journal", "list")),
        Arguments.of("journal-show", List.of("journal", "show", "Device|n1:cpu-0")),
        Arguments.of("journal-tail", List.of("journal", "tail", "-n", "5")),
        Arguments.of("journal-explain", List.of("journal", "explain", "e1")),
        Arguments.of("journal-replay", List.of("journal", "replay", "Saga|S1", "--to", "3")),
        Arguments.of("checkpoints", List.of("checkpoints", "list")),
        Arguments.of("checkpoint-show", List.of("checkpoints", "show", SESSION + ":0-4:10")),
        Arguments.of("checkpoint-restore", List.of("checkpoints", "restore", SESSION + ":0-4:10")),
        Arguments.of("checkpoints-prune", List.of("checkpoints", "prune")),
        Arguments.of("session-restart", List.of("sessions", "restart", SESSION, "--from", "10")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void json_isAsItWas(String name, List<String> command) throws IOException {
    String[] args = Stream.concat(command.stream(), Stream.of("-o", "json")).toArray(String[]::new);
    CliRun run = CliRun.of(home, args);

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(golden(name), run.out());
    assertEquals("", run.err());
  }

  @Test
  void transactionThatAborts_exitsWithOne() {
    CliRun run =
        CliRun.of(
            home,
            "transactions",
            "run",
            "atomic_device_memory_allocation",
            "--param",
            "device_id=cpu-9");
    assertEquals(1, run.exitCode(), run.err());
    assertTrue(run.out().contains("aborted"), run.out());
  }

  @Test
  void chainThatIsTruncated_isSaidSoOnStderr_andListsThatAreCutToo() {
    node.answering(
        GatewayRequest.Explain.class,
        ask ->
            ask.id().equals("e9")
                ? new GatewayReply.Journal(
                    List.of(Samples.line(1, "e9", "e9", "WorkerDied")), 1, false, true)
                : GoldenJsonTest.chain());
    node.answering(
        GatewayRequest.ListDeadLetters.class,
        ask ->
            new GatewayReply.DeadLetters(List.of(Samples.deadLetter()), ask.limit() == 7 ? 9 : 1));
    CliRun explained = CliRun.of(home, "journal", "explain", "e9", "-o", "json");
    assertEquals(0, explained.exitCode(), explained.err());
    assertTrue(explained.err().contains("mainstay.gateway.explain-max"), explained.err());
    CliRun letters = CliRun.of(home, "dead-letters", "--limit", "7");
    assertTrue(letters.err().contains("1 of 9"), letters.err());
  }

  @Test
  void reviewsFetch_writesThePicture_andNamesTheFile() throws Exception {
    byte[] picture = "not really a PNG".getBytes(StandardCharsets.UTF_8);
    String hash = sha256(picture);
    GatewayReply.ReviewView open = Samples.review(true);
    node.answering(
            GatewayRequest.GetReview.class,
            ask ->
                new GatewayReply.Reviewed(
                    new GatewayReply.ReviewView(
                        ask.reviewId(),
                        open.sessionId(),
                        open.index(),
                        open.verdict(),
                        open.state(),
                        open.reasons(),
                        open.contentSafetyScore(),
                        open.qualityScore(),
                        open.policyVersion(),
                        hash,
                        picture.length,
                        open.prompt(),
                        open.openedAt(),
                        null,
                        "",
                        ""),
                    ""))
        .answering(
            GatewayRequest.FetchReview.class,
            ask ->
                ask.reviewId().equals("R7") && ask.offset() == 0
                    ? new GatewayReply.Chunk(picture, picture.length)
                    : GatewayReply.refused("x", "asked for " + ask, ""));
    try {
      Path file = home.resolve("look.png");
      CliRun run = CliRun.of(home, "reviews", "fetch", "R7", "--output", file.toString());
      assertEquals(0, run.exitCode(), run.err());
      assertEquals(file + System.lineSeparator(), run.out());
      assertArrayEquals(picture, Files.readAllBytes(file));
    } finally {
      node.answering(
          GatewayRequest.GetReview.class,
          ask -> new GatewayReply.Reviewed(Samples.review(true), ""));
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void sessions_forPeople_nameWhatTookSeveralAttempts() {
    CliRun pictures = CliRun.of(home, "sessions", PICTURES);
    assertTrue(pictures.out().contains("attempts      3 for picture 1"), pictures.out());
    CliRun texts = CliRun.of(home, "sessions", SESSION);
    assertTrue(texts.out().contains("attempts      2 for documents 4 to 7"), texts.out());
  }

  @Test
  void modelsVerify_whenOneIsBroken_exitsWithOneAndSaysWhich() {
    node.answering(
        GatewayRequest.VerifyModels.class,
        ask ->
            new GatewayReply.ModelsVerified(
                List.of(
                    new ModelVerification(
                        "bad",
                        "",
                        "/models/bad",
                        1,
                        10,
                        "model_checksum_mismatch: it changed. Copy it"))));
    try {
      CliRun run = CliRun.of(home, "models", "verify", "bad");
      assertEquals(1, run.exitCode(), run.err());
      assertTrue(run.out().contains("bad: model_checksum_mismatch: it changed"), run.out());
    } finally {
      node.answering(
          GatewayRequest.VerifyModels.class,
          ask -> new GatewayReply.ModelsVerified(Samples.verifications()));
    }
  }

  @Test
  void modelsShow_forPeople_hasComponentsDevicesHoldersAndFallbacks() {
    CliRun run = CliRun.of(home, "models", "show", MODEL);

    assertEquals(0, run.exitCode(), run.err());
    for (String part :
        List.of(
            "used by       session " + SESSION,
            "on cpu-1      failed, no memory",
            "cdcdcdcdcdcd",
            "alternative_model_format",
            "it is broken")) {
      assertTrue(run.out().contains(part), run.out());
    }
  }

  @Test
  void journalList_goesThroughAllPages() {
    node.answering(
        GatewayRequest.ListPersistenceIds.class,
        ask -> new GatewayReply.PersistenceIds(List.of(Samples.persistenceId()), ask.offset() < 2));
    try {
      CliRun run = CliRun.of(home, "journal", "list");
      assertEquals(4, run.out().lines().count(), run.out());
    } finally {
      node.answering(
          GatewayRequest.ListPersistenceIds.class,
          ask -> new GatewayReply.PersistenceIds(List.of(Samples.persistenceId()), false));
    }
  }

  private static GatewayReply chain() {
    return new GatewayReply.Journal(
        List.of(
            Samples.line(1, "e1", "e1", "WorkerDied"),
            Samples.line(2, "e2", "e1", "WorkerRecovered")),
        2,
        false,
        false);
  }

  @Test
  void infer_json_hasTheEmbeddingAndBothTimes() throws IOException {
    node.answering(
        GatewayRequest.Infer.class, ask -> new GatewayReply.Inferred(Samples.embedded()));
    CliRun run = CliRun.of(home, "infer", "all-minilm-l6-v2-q", "--text", "hello", "-o", "json");

    assertEquals(0, run.exitCode(), run.err());
    var document = new ObjectMapper().readTree(run.out());
    assertEquals(
        golden("infer"), run.out().replaceAll("\"totalMillis\":[0-9.]+", "\"totalMillis\":0.0"));
    assertEquals(true, document.get("totalMillis").asDouble() > 0);
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = GoldenJsonTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      if (in == null) {
        return "no golden file " + name + ".json";
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void everyGoldenFile_isUsed() throws Exception {
    Path directory = Path.of(GoldenJsonTest.class.getResource("/golden").toURI());
    List<String> used =
        Stream.concat(commands().map(c -> (String) c.get()[0]), Stream.of("infer"))
            .map(name -> name + ".json")
            .sorted()
            .toList();
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(used, files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }
}
