package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.support.ScriptedPictures;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.Workflow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions whose batches take many steps. */
class PictureSessionTest {
  private static final String PROMPTS = "a red circle\ntwo green squares\na blue star\n";
  // Encoding, five steps, decoding; the rules need no worker.
  private static final int REQUESTS = 7;

  @TempDir Path directory;
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node =
        new WorkHarness(
            directory,
            """
            mainstay.processing.pictures.model = shapes
            mainstay.processing.checkpoint {
              steps = 1, cost-share-max = 1.0, full-every = 1, kept-per-batch = 1
            }
            mainstay.processing.runner { fallback-after = 1, record-timeout = 3s }
            """);
    node.models.add(ScriptedPictures.model(directory, ScriptedPictures.ID, "cd"));
    node.models.add(ScriptedPictures.model(directory, ScriptedPictures.SMALL, "ef"));
  }

  @AfterEach
  void end() {
    node.close();
  }

  private SubmitReply submit(String text, String... params) throws Exception {
    List<Param> given = new ArrayList<>();
    for (String param : params) {
      String[] parts = param.split("=", 2);
      given.add(new Param(parts[0], parts[1]));
    }
    return node.submit(
        new Templates(ProcessingSettings.of(node.config()).templates())
            .parse("text-to-image", given),
        List.of(node.artifacts.input(text)),
        "");
  }

  private String accepted(String... params) throws Exception {
    return assertInstanceOf(SubmitReply.Accepted.class, submit(PROMPTS, params)).sessionId();
  }

  private <T extends SessionEvent> List<T> events(String session, Class<T> type) {
    return node.events(session).stream().filter(type::isInstance).map(type::cast).toList();
  }

  private List<String> results(String session) {
    return events(session, SessionEvent.BatchCompleted.class).stream()
        .sorted((a, b) -> a.range().from() - b.range().from())
        .map(SessionEvent.BatchCompleted::resultSha256)
        .toList();
  }

  private List<String> undisturbed(String... params) throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1000));
    String session = accepted(params);
    assertEquals("completed", node.finished(session).state());
    return results(session);
  }

  private static int count(ScriptedWorker worker, String component) {
    return (int)
        worker.taken().stream().map(InferenceCall::component).filter(component::equals).count();
  }

  @Test
  void submit_whenADeviceServes_takesOneRequestAStep_andJournalsEachDispatchOnce()
      throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker);

    String session = accepted("batch-size=2");
    SessionView view = node.finished(session);

    assertEquals("completed", view.state(), view.message());
    assertEquals(3, view.documents());
    assertEquals(2 * REQUESTS, worker.taken().size());
    assertEquals(2, count(worker, "text_encoder"));
    assertEquals(10, count(worker, "unet"));
    assertEquals(2, events(session, SessionEvent.BatchDispatched.class).size());
    assertEquals(1, view.fingerprints().size());
    assertTrue(view.fingerprints().get(0).endsWith(";batch=2"), view.fingerprints().toString());
    assertEquals(
        Set.of(List.of(4L, 4L, 8L, 8L), List.of(2L, 4L, 8L, 8L)),
        worker.taken().stream()
            .filter(call -> call.component().equals("unet"))
            .map(call -> call.inputs().get(0).dims())
            .collect(Collectors.toSet()),
        "two pictures with guidance in one request, and the third by itself");
  }

  @Test
  void guidanceOfOne_asksForEachPictureOnce() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker);
    node.finished(accepted("guidance=1", "batch-size=1"));
    assertTrue(
        worker.taken().stream()
            .filter(call -> call.component().equals("unet"))
            .allMatch(call -> call.inputs().get(0).dims().get(0) == 1));
  }

  @Test
  void upscaling_goesOnWithTheWorkersOwnKernel_andTheFingerprintNamesBoth() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker);

    SessionView view =
        node.finished(accepted("upscale=2", "upscale-model=lanczos", "batch-size=4"));

    assertEquals("completed", view.state(), view.message());
    assertTrue(count(worker, "lanczos-x2") >= 1);
    assertTrue(view.fingerprints().get(0).contains(" | model=builtin@"), view.toString());
    assertEquals(List.of(1, 1, 1), attempts(view), "another model's turn is no further attempt");
    assertEquals(List.of(), mixed(view));
  }

  private static List<String> mixed(SessionView view) {
    return view.degradations().stream().filter(what -> what.startsWith("mixed")).toList();
  }

  /** Dies with every so many calls; its successor comes at once. */
  private void serveMortally(AtomicInteger epochs, Random random, List<ScriptedWorker> all) {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", epochs.incrementAndGet());
    AtomicInteger left = new AtomicInteger(1 + random.nextInt(6));
    worker.onTaken(
        mortal -> {
          if (left.decrementAndGet() == 0 && epochs.get() < 12) {
            node.devices.kill(mortal);
            serveMortally(epochs, random, all);
          }
        });
    all.add(worker);
    node.devices.up(worker, ScriptedPictures.ID);
  }

  @Test
  void workersDie_atSeededMoments_eachCostsOneStepAtMost_andNoBitDiffers() throws Exception {
    List<String> expected = undisturbed("batch-size=1");
    List<ScriptedWorker> all = new ArrayList<>();
    AtomicInteger epochs = new AtomicInteger();
    serveMortally(epochs, new Random(7), all);

    String session = accepted("batch-size=1");
    SessionView view = node.finished(session);

    assertEquals("completed", view.state(), view.message());
    assertEquals(List.of(), view.poisoned());
    assertEquals(0, view.replanned());
    assertEquals(expected, results(session));
    int calls = all.stream().mapToInt(worker -> worker.taken().size()).sum();
    // Two batches may be at a worker when it dies.
    assertTrue(calls <= 3 * REQUESTS + view.interruptions(), calls + " calls: " + view);
    assertTrue(view.interruptions() >= 5, view.toString());
    int attempts = attempts(view).stream().mapToInt(Integer::intValue).sum();
    assertTrue(attempts >= 3 + view.interruptions(), attempts(view) + " attempts: " + view);
    assertTrue(attempts <= 3 + 2 * (all.size() - 1), attempts(view) + " attempts: " + view);
    for (SessionView.Retry retry : view.retried()) {
      assertEquals(retry.attempts(), attempts(view).get(retry.range().from()));
    }
  }

  private static void awaitSteps(ScriptedWorker worker, int steps) {
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> count(worker, "unet") >= steps);
  }

  /** The node ends with the second of five steps in flight, and the first in a checkpoint. */
  private String stopAtCheckpoint() throws Exception {
    node.devices.up(stuckAt(2), ScriptedPictures.ID);
    String session = accepted("batch-size=4");
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(() -> !events(session, SessionEvent.BatchCheckpointed.class).isEmpty());
    node.stopNode();
    return session;
  }

  /** A worker that answers all before that UNet step, and then nothing. */
  private ScriptedWorker stuckAt(int steps) {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    worker.onTaken(
        now -> {
          if (count(now, "unet") < steps) {
            now.open().forEach(now::answer);
          }
        });
    return worker;
  }

  @Test
  void nodeDies_theNextLifeGoesOnFromTheCheckpoint_andNoBitDiffers() throws Exception {
    String session = stopAtCheckpoint();
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.ID);
    node.startNode();

    SessionView view = node.finished(session);
    assertEquals("completed", view.state(), view.message());
    assertEquals(4, count(next, "unet"), "one of five steps was in the checkpoint");
    assertEquals(1, count(next, "text_encoder"));
    assertEquals(List.of(), mixed(view));
    assertEquals(List.of(2, 2, 2), attempts(view), "one in each life of the node");
    assertEquals(results(session), undisturbed("batch-size=4"));
    for (SessionEvent.BatchCheckpointed each :
        events(session, SessionEvent.BatchCheckpointed.class)) {
      String owner = WorkOwner.ofCheckpoint(session, each.range(), each.step());
      Awaitility.await()
          .atMost(WorkHarness.PATIENCE)
          .until(() -> node.artifacts.ownedBy(owner).isEmpty());
    }
  }

  @Test
  void releasesComeLast_theCheckpointThatTheJournalNamesIsKept() throws Exception {
    node.artifacts.holdReleases();
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker, ScriptedPictures.ID);
    String session = accepted("batch-size=4");
    List<SessionEvent.BatchCheckpointed> named = List.of();
    while (named.size() < 4) {
      int before = named.size();
      Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> !worker.open().isEmpty());
      boolean denoised = worker.open().get(0).call().component().equals("unet");
      worker.open().forEach(worker::answer);
      if (denoised) {
        Awaitility.await()
            .atMost(WorkHarness.PATIENCE)
            .until(() -> events(session, SessionEvent.BatchCheckpointed.class).size() > before);
      }
      named = events(session, SessionEvent.BatchCheckpointed.class);
    }

    assertTrue(node.artifacts.letReleasesGo().size() >= 2, "earlier checkpoints are let go");
    String last = named.get(named.size() - 1).sha256();
    assertFalse(node.artifacts.orphans().contains(last), "the named one has an owner");
    assertTrue(node.artifacts.orphans().contains(named.get(0).sha256()), "the first has none");
  }

  @Test
  void nodeDies_andAnotherKindOfDeviceGoesOn_theReceiptNamesBoth() throws Exception {
    String session = stopAtCheckpoint();
    node.devices.up(new ScriptedWorker("cpu-0", 2, "other-kind"), ScriptedPictures.ID);
    node.startNode();

    SessionView view = node.finished(session);
    assertTrue(view.fingerprints().get(0).contains("device=test-cpu"), view.toString());
    assertTrue(view.fingerprints().get(0).contains("device=other-kind"), view.toString());
    assertEquals(1, mixed(view).size());
  }

  @Test
  void checkpointIsDamaged_theBatchBeginsAnew_andSaysSo() throws Exception {
    String session = stopAtCheckpoint();
    List<SessionEvent.BatchCheckpointed> all =
        events(session, SessionEvent.BatchCheckpointed.class);
    node.artifacts.damage(all.get(all.size() - 1).sha256());
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.ID);
    // Logged when it happens, and not again with the outputs.
    SessionView view =
        LoggingTestKit.warn("checkpoint_unusable")
            .withOccurrences(1)
            .expect(
                node.kit().system(),
                () -> {
                  node.startNode();
                  return node.finished(session);
                });
    assertEquals("completed", view.state(), view.message());
    assertEquals(5, count(next, "unet"));
    assertTrue(
        view.degradations().stream().anyMatch(what -> what.startsWith("checkpoint_unusable")),
        view.toString());
    assertTrue(named(receipt(view), "checkpoint_unusable"), receipt(view).toString());
    assertEquals(results(session), undisturbed("batch-size=4"));
  }

  private JsonNode receipt(SessionView view) throws Exception {
    BlobRef last = view.outputs().get(view.outputs().size() - 1);
    assertEquals("manifest.json", last.name());
    return new ObjectMapper().readTree(node.artifacts.text(last.sha256()));
  }

  /** At each picture, by the receipt. */
  private List<Integer> attempts(SessionView view) throws Exception {
    List<Integer> attempts = new ArrayList<>();
    receipt(view).get("pictures").forEach(one -> attempts.add(one.get("attempts").asInt()));
    return attempts;
  }

  private static boolean named(JsonNode receipt, String degradation) {
    for (JsonNode what : receipt.get("degradations")) {
      if (what.asText().startsWith(degradation)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void cancel_thatTheJournalDoesNotAnswer_freesTheDevice_andTheWorkGoesOnToTheSameResult()
      throws Exception {
    List<String> expected = undisturbed("batch-size=4");
    ScriptedWorker worker = stuckAt(3);
    node.devices.up(worker, ScriptedPictures.ID);
    String session = accepted("batch-size=4");
    awaitSteps(worker, 3);
    node.swallow(true);
    TestProbe<StatusReply<SessionView>> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.CancelSession(session, "enough", probe.getRef()));

    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(() -> worker.cancelled().size() == 1 && worker.open().isEmpty());
    probe.expectNoMessage();
    node.swallow(false);
    worker.answerAll();

    SessionView view = node.finished(session);
    assertEquals("completed", view.state(), view.message());
    assertEquals(expected, results(session));
  }

  @Test
  void cancel_whileDenoising_freesTheDevice() throws Exception {
    ScriptedWorker worker = stuckAt(3);
    node.devices.up(worker, ScriptedPictures.ID);
    String session = accepted("batch-size=4");
    awaitSteps(worker, 3);
    TestProbe<StatusReply<SessionView>> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.CancelSession(session, "enough", probe.getRef()));

    assertEquals("cancelled", probe.receiveMessage(WorkHarness.PATIENCE).getValue().state());
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(() -> worker.cancelled().size() == 1 && worker.open().isEmpty());
    worker.answerAll();
    assertEquals("completed", node.finished(accepted("batch-size=4")).state());
  }

  @Test
  void deadline_whileDenoising_failsTheSession_andFreesTheDevice() throws Exception {
    ScriptedWorker worker = stuckAt(2);
    node.devices.up(worker, ScriptedPictures.ID);
    SessionView view = node.finished(accepted("batch-size=4", "deadline=700ms"));

    assertEquals("failed", view.state());
    assertEquals("inference_timeout_exceeded", view.code());
    assertTrue(view.message().contains("700 ms"), view.message());
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> worker.open().isEmpty());
  }

  @Test
  void progress_tellsHowFarEachBatchIs_withoutTheJournal() throws Exception {
    ScriptedWorker worker = stuckAt(3);
    node.devices.up(worker, ScriptedPictures.ID);
    String session = accepted("batch-size=4");
    awaitSteps(worker, 3);
    TestProbe<StatusReply<ProcessingCommand.SessionProgress>> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.GetProgress(session, probe.getRef()));

    List<ProcessingCommand.BatchState> batches =
        probe.receiveMessage(WorkHarness.PATIENCE).getValue().batches();
    assertEquals(1, batches.size());
    assertEquals("denoising", batches.get(0).activity());
    assertEquals(3, batches.get(0).done());
    assertEquals(REQUESTS, batches.get(0).total());
    assertEquals(3, batches.get(0).to());
    worker.answerAll();
    node.finished(session);
    node.processing.tell(new ProcessingCommand.GetProgress(session, probe.getRef()));
    assertEquals(List.of(), probe.receiveMessage(WorkHarness.PATIENCE).getValue().batches());
  }

  @Test
  void numbersAreNone_theDocumentsAreSetAsideWithTheReason() throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1).brokenNumbers());
    SessionView view = node.finished(accepted("batch-size=4"));
    assertEquals("completed", view.state(), view.message());
    assertEquals(List.of(0, 1, 2), view.poisoned());
    assertTrue(
        node.letters().values().stream().allMatch(letter -> letter.contains("NaN")),
        node.letters().toString());
  }

  @Test
  void modelCannotBeLoaded_anotherTakesItsPlace_andTheSessionSaysSo() throws Exception {
    node.models.breakLoading(ScriptedPictures.ID);
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker);
    SessionView view = node.finished(accepted("batch-size=4"));

    assertEquals("completed", view.state(), view.message());
    assertTrue(worker.taken().stream().allMatch(c -> c.modelId().equals(ScriptedPictures.SMALL)));
    assertTrue(
        view.degradations().stream()
            .anyMatch(
                what ->
                    what.startsWith("similar_capability_model")
                        && what.contains("No memory for shapes")),
        view.toString());
    assertTrue(named(receipt(view), "similar_capability_model"), receipt(view).toString());
    assertEquals(ScriptedPictures.SMALL, receipt(view).get("model").get("id").asText());
    assertTrue(
        node.models.held().stream()
            .anyMatch(
                held ->
                    held.contains("/processing-")
                        && held.endsWith(" holds " + ScriptedPictures.SMALL)),
        node.models.held().toString());
  }

  @Test
  void firstCandidateIsUnfit_theNextTakesItsPlace() throws Exception {
    node.models.add(
        ScriptedPictures.model(
            directory,
            ScriptedPictures.ID,
            "cd",
            List.of(
                new Fallback(Fallback.Relation.SIMILAR, TestModels.ID, ""),
                new Fallback(Fallback.Relation.SIMILAR, ScriptedPictures.SMALL, ""))));
    node.models.breakLoading(ScriptedPictures.ID);
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker);

    SessionView view = node.finished(accepted("batch-size=4"));

    assertEquals("completed", view.state(), view.message());
    assertTrue(worker.taken().stream().allMatch(c -> c.modelId().equals(ScriptedPictures.SMALL)));
  }

  @Test
  void modelBrokenAtSubmission_isReplacedAndSaidSo_andTheRequestIsKept() throws Exception {
    node.models.unusable(
        ScriptedPictures.ID,
        Refusal.of("model_file_truncated", "vae_decoder/model.onnx is cut short", "Copy it"));
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker);

    String session = accepted("batch-size=4");
    SessionView view = node.finished(session);

    assertEquals("completed", view.state(), view.message());
    assertTrue(worker.taken().stream().allMatch(c -> c.modelId().equals(ScriptedPictures.SMALL)));
    assertEquals(
        ScriptedPictures.ID,
        ((Workflow.TextToImage)
                events(session, SessionEvent.WorkflowAccepted.class).get(0).workflow())
            .model());
    List<String> said =
        view.degradations().stream()
            .filter(what -> what.startsWith("similar_capability_model"))
            .toList();
    assertEquals(1, said.size(), view.toString());
    assertTrue(said.get(0).contains("is cut short"), view.toString());
    assertEquals(ScriptedPictures.SMALL, receipt(view).get("model").get("id").asText());
  }

  @Test
  void nodeDiesWhileAStandInDraws_theNextLifeFindsItAgainAndGoesOnFromItsCheckpoint()
      throws Exception {
    node.models.unusable(
        ScriptedPictures.ID,
        Refusal.of("model_file_truncated", "vae_decoder/model.onnx is cut short", "Copy it"));
    node.devices.up(stuckAt(2), ScriptedPictures.SMALL);
    String session = accepted("batch-size=4");
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(() -> !events(session, SessionEvent.BatchCheckpointed.class).isEmpty());
    node.stopNode();
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.SMALL);
    node.startNode();

    SessionView view = node.finished(session);

    assertEquals("completed", view.state(), view.message());
    assertEquals(4, count(next, "unet"), "one of five steps was in the checkpoint");
    assertEquals(
        1,
        view.degradations().stream()
            .filter(what -> what.startsWith("similar_capability_model"))
            .count(),
        view.toString());
  }

  @Test
  void nodeDiesAfterAFallbackWhileComputing_theNextLifeKeepsTheStandIn_andSaysNothingFalse()
      throws Exception {
    node.models.breakLoading(ScriptedPictures.ID);
    node.devices.up(stuckAt(2), ScriptedPictures.SMALL);
    String session = accepted("batch-size=4");
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(() -> !events(session, SessionEvent.BatchCheckpointed.class).isEmpty());
    node.stopNode();
    // The model that was asked for is there again: what its stand-in drew counts all the same.
    node.models.mendLoading(ScriptedPictures.ID);
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.ID, ScriptedPictures.SMALL);
    node.startNode();

    SessionView view = node.finished(session);

    assertEquals("completed", view.state(), view.message());
    assertEquals(4, count(next, "unet"), "one of five steps was in the checkpoint");
    assertTrue(next.taken().stream().allMatch(c -> c.modelId().equals(ScriptedPictures.SMALL)));
    assertTrue(
        view.degradations().get(0).startsWith("similar_capability_model")
            && view.degradations().stream().skip(1).allMatch(s -> s.startsWith("safety_by_rules")),
        view.toString());
  }

  @Test
  void modelThatFitsNoDevice_isReplacedBySmaller_elseRefusedOnce() throws Exception {
    Refusal never = Refusal.of("model_exceeds_devices", "shapes needs 9 GiB", "Raise the budget");
    node.models.unusable(ScriptedPictures.ID, never);
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    assertEquals("completed", node.finished(accepted("batch-size=4")).state());

    node.models.unusable(
        ScriptedPictures.SMALL,
        Refusal.of("model_exceeds_devices", "small needs 8 GiB", "Raise the budget"));
    SubmitReply.Refused refused = assertInstanceOf(SubmitReply.Refused.class, submit(PROMPTS));
    assertEquals("model_exceeds_devices", refused.code());
    assertTrue(refused.message().contains("shapes needs 9 GiB"), refused.message());
    assertEquals("Raise the budget", refused.remedy());
  }

  @Test
  void submit_whenABoundOfTheModelIsNotKept_isRefusedBeforeAnythingIsLoaded() throws Exception {
    for (String param : List.of("width=72", "steps=101", "batch-size=9")) {
      SubmitReply.Refused refused =
          assertInstanceOf(SubmitReply.Refused.class, submit(PROMPTS, param));
      assertEquals("invalid_parameter", refused.code(), param);
      assertTrue(refused.message().contains("'shapes'"), refused.message());
    }
    assertTrue(node.models.loadedOn().isEmpty());
  }

  @Test
  void submit_whenAPromptIsNoGood_isRefusedNamingItsLine() throws Exception {
    SubmitReply.Refused blank =
        assertInstanceOf(SubmitReply.Refused.class, submit("a circle\n\na star\n"));
    assertEquals("empty_prompt", blank.code());
    assertTrue(blank.message().contains("Line 2"), blank.message());
    SubmitReply.Refused large =
        assertInstanceOf(SubmitReply.Refused.class, submit("a\n" + "x".repeat(100_000) + "\n"));
    assertEquals("prompt_too_long", large.code());
    assertTrue(large.message().contains("line 2"), large.message());
  }
}
