package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.support.ScriptedPictures;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.checkpoint.CheckpointId;
import io.mainstay.persistence.session.SessionCarry;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Going back to a checkpoint, over one that is damaged, and as a further attempt. */
class CheckpointRestoreTest {
  private static final int STEPS = 5;

  @TempDir Path directory;
  private WorkHarness node;
  private final AtomicInteger answered = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    open(1);
  }

  private void open(int fullEvery) throws Exception {
    Path home = Files.createDirectory(directory.resolve("full-every-" + fullEvery));
    node =
        new WorkHarness(
            home,
            """
            mainstay.processing.pictures.model = shapes
            mainstay.processing.checkpoint {
              steps = 1, cost-share-max = 1.0, full-every = %d, difference-share-max = 1, kept-per-batch = 5
            }
            mainstay.processing.runner { fallback-after = 1, record-timeout = 3s }
            """
                .formatted(fullEvery));
    node.models.add(ScriptedPictures.model(home, ScriptedPictures.ID, "cd"));
  }

  @AfterEach
  void end() {
    node.close();
  }

  private String accepted() throws Exception {
    SubmitReply reply =
        node.submit(
            new Templates(ProcessingSettings.of(node.config()).templates())
                .parse("text-to-image", List.of(new Param("batch-size", "4"))),
            List.of(node.artifacts.input("a red circle\ntwo green squares\na blue star\n")),
            "");
    return assertInstanceOf(SubmitReply.Accepted.class, reply).sessionId();
  }

  private <T extends SessionEvent> List<T> events(String session, Class<T> type) {
    return node.events(session).stream().filter(type::isInstance).map(type::cast).toList();
  }

  private List<String> results(String session) {
    return events(session, SessionEvent.BatchCompleted.class).stream()
        .map(SessionEvent.BatchCompleted::resultSha256)
        .toList();
  }

  private List<String> undisturbed() throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1000), ScriptedPictures.ID);
    String session = accepted();
    assertEquals("completed", node.finished(session).state());
    return results(session);
  }

  private static int count(ScriptedWorker worker) {
    return (int)
        worker.taken().stream().map(InferenceCall::component).filter("unet"::equals).count();
  }

  /** A worker that answers one step after the other, each once its checkpoint is journaled. */
  private String runTo(ScriptedWorker worker, int steps) throws Exception {
    node.devices.up(worker, ScriptedPictures.ID);
    String session = accepted();
    while (events(session, SessionEvent.BatchCheckpointed.class).size() < steps) {
      int before = events(session, SessionEvent.BatchCheckpointed.class).size();
      Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> !worker.open().isEmpty());
      boolean denoised = worker.open().get(0).call().component().equals("unet");
      worker.open().forEach(worker::answer);
      if (denoised) {
        Awaitility.await()
            .atMost(WorkHarness.PATIENCE)
            .until(() -> events(session, SessionEvent.BatchCheckpointed.class).size() > before);
      }
    }
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> !worker.open().isEmpty());
    answered.set(count(worker));
    return session;
  }

  private static ScriptedWorker held() {
    return new ScriptedWorker("cpu-0", 1).hold();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void lastCheckpointIsDamaged_theBatchGoesOnFromAnEarlierOne_andTheJournalSaysSo(int fullEvery)
      throws Exception {
    node.close();
    open(fullEvery);
    String session = runTo(held(), 3);
    node.stopNode();
    var taken = events(session, SessionEvent.BatchCheckpointed.class);
    node.artifacts.damage(taken.get(2).sha256());
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.ID);
    node.startNode();

    SessionView view = node.finished(session);
    assertEquals("completed", view.state(), view.message());
    var restored = events(session, SessionEvent.CheckpointRestored.class);
    assertEquals(List.of(taken.get(2).step()), restored.get(0).lost());
    assertEquals(taken.get(1).sha256(), restored.get(0).sha256());
    assertEquals(STEPS - 2, count(next));
    assertTrue(
        view.degradations().stream().anyMatch(what -> what.contains("go on from step")),
        view.toString());
    assertTrue(
        events(session, SessionEvent.BatchCheckpointed.class).size() > 3,
        "checkpoints count again behind the one gone back to");
    assertEquals(results(session), undisturbed());
  }

  @Test
  void restore_ofARunningSession_computesTheStepsAgain_andNoBitDiffers() throws Exception {
    ScriptedWorker worker = held();
    String session = runTo(worker, 3);
    var first = events(session, SessionEvent.BatchCheckpointed.class).get(0);
    SessionProtocol.Recorded recorded = restore(session, first, first.sha256()).getValue();
    assertEquals(first.step(), recorded.next().get(0).checkpoint().step());
    worker.onTaken(now -> now.open().forEach(now::answer));
    worker.open().forEach(worker::answer);

    SessionView view = node.finished(session);
    assertEquals("completed", view.state(), view.message());
    var restored = events(session, SessionEvent.CheckpointRestored.class);
    assertEquals(1, restored.size());
    assertEquals("a test", restored.get(0).reason());
    assertEquals(answered.get() + STEPS - 1, count(worker));
    assertEquals(results(session), undisturbed());
  }

  /** It is written when the batch went back, and behind that none is taken at its step. */
  @Test
  void restore_duringACheckpoint_leavesNothingOfItBehind() throws Exception {
    ScriptedWorker worker = held();
    String session = runTo(worker, 3);
    var taken = events(session, SessionEvent.BatchCheckpointed.class);
    node.artifacts.holdPuts();
    worker.open().forEach(worker::answer);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(node.artifacts::isPutHeld);
    restore(session, taken.get(0), taken.get(0).sha256()).getValue();
    int last = answered.get() + STEPS - 1;
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(
            () -> {
              boolean reached = count(worker) >= last;
              if (!reached) {
                worker.open().forEach(worker::answer);
              }
              return reached;
            });
    node.artifacts.letPutsGo();
    worker.onTaken(now -> now.open().forEach(now::answer));
    worker.open().forEach(worker::answer);

    assertEquals("completed", node.finished(session).state());
    for (int step = 1; step <= STEPS; step++) {
      String owner = WorkOwner.ofCheckpoint(session, taken.get(0).range(), step);
      Awaitility.await()
          .atMost(WorkHarness.PATIENCE)
          .untilAsserted(() -> assertEquals(Set.of(), node.artifacts.ownedBy(owner), owner));
    }
  }

  /** The bytes are sound, but of another order: the program finds that. */
  @Test
  void restore_whoseStateIsOfNoUse_goesBackToWhereTheBatchWas() throws Exception {
    ScriptedWorker worker = held();
    String session = runTo(worker, 3);
    var taken = events(session, SessionEvent.BatchCheckpointed.class);
    node.artifacts.damage(taken.get(0).sha256());
    restore(session, taken.get(0), taken.get(0).sha256()).getValue();
    worker.onTaken(now -> now.open().forEach(now::answer));
    worker.open().forEach(worker::answer);

    assertEquals("completed", node.finished(session).state());
    var restored = events(session, SessionEvent.CheckpointRestored.class);
    assertEquals(2, restored.size(), "there and back");
    assertEquals(taken.get(2).sha256(), restored.get(1).sha256());
    assertEquals(List.of(taken.get(0).step()), restored.get(1).lost());
    assertEquals(results(session), undisturbed());
  }

  @Test
  void restore_ofOneThatTheSessionDoesNotKnow_isRefusedAndChangesNothing() throws Exception {
    String session = runTo(held(), 2);
    var taken = events(session, SessionEvent.BatchCheckpointed.class);
    assertTrue(restore(session, taken.get(0), "ab".repeat(32)).isError());
    assertEquals(List.of(), events(session, SessionEvent.CheckpointRestored.class));
  }

  @Test
  void restart_ofACancelledSession_goesOnFromItsCheckpoint_andNoBitDiffers() throws Exception {
    String session = runTo(held(), 3);
    cancel(session);
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.ID);
    ProcessingCommand.Restarted restarted = restart(session, SessionCarry.EVERYTHING);
    assertEquals(1, restarted.checkpointsKept());
    assertEquals("completed", node.finished(restarted.sessionId()).state());
    assertEquals(STEPS - 3, count(next));
    assertEquals(
        session,
        events(restarted.sessionId(), SessionEvent.WorkflowRestarted.class).get(0).ofSession());
    assertEquals(results(restarted.sessionId()), undisturbed());
  }

  @Test
  void restart_fromAStep_computesWhatIsBehindItAgain() throws Exception {
    String session = runTo(held(), 3);
    var taken = events(session, SessionEvent.BatchCheckpointed.class);
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.ID);
    ProcessingCommand.Restarted restarted = restart(session, taken.get(0).step());
    assertEquals("completed", node.finished(restarted.sessionId()).state());
    assertEquals("cancelled", node.finished(session).state(), "the former one ran still");
    var carried =
        events(restarted.sessionId(), SessionEvent.CheckpointRestored.class).stream()
            .map(SessionEvent.CheckpointRestored::sha256)
            .toList();
    assertEquals(List.of(taken.get(0).sha256()), carried);
    assertEquals(results(restarted.sessionId()), undisturbed());
  }

  @Test
  void restart_ofACompletedSession_keepsItsResults() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, ScriptedPictures.ID);
    String session = accepted();
    assertEquals("completed", node.finished(session).state());
    int before = worker.taken().size();
    ProcessingCommand.Restarted restarted = restart(session, SessionCarry.EVERYTHING);
    assertEquals(1, restarted.batchesKept());
    assertEquals("completed", node.finished(restarted.sessionId()).state());
    assertEquals(before, worker.taken().size(), "paid for already");
    assertEquals(results(session), results(restarted.sessionId()));
  }

  /** No checkpoint is due for long. */
  private String begun(ScriptedWorker worker, int steps) throws Exception {
    node.close();
    Path home = Files.createDirectory(directory.resolve("rarely"));
    node =
        new WorkHarness(
            home,
            """
            mainstay.processing.pictures.model = shapes
            mainstay.processing.checkpoint { steps = 1000, interval = 1h }
            """);
    node.models.add(ScriptedPictures.model(home, ScriptedPictures.ID, "cd"));
    node.devices.up(worker, ScriptedPictures.ID);
    String session = accepted();
    // The step behind those stays in flight.
    while (count(worker) <= steps) {
      worker.open().forEach(worker::answer);
      Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> !worker.open().isEmpty());
    }
    assertEquals(List.of(), events(session, SessionEvent.BatchCheckpointed.class));
    return session;
  }

  @Test
  void cancel_savesWhereTheBatchIs_beforeItIsJournaled_soThatARestartGoesOnThere()
      throws Exception {
    String session = begun(held(), 3);
    cancel(session);
    List<Object> all = List.copyOf(node.events(session));
    assertEquals(1, events(session, SessionEvent.BatchCheckpointed.class).size());
    assertInstanceOf(SessionEvent.WorkflowCancelled.class, all.get(all.size() - 1));
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.ID);
    ProcessingCommand.Restarted restarted = restart(session, SessionCarry.EVERYTHING);
    assertEquals("completed", node.finished(restarted.sessionId()).state());
    assertEquals(STEPS - 3, count(next), "three were paid for");
    assertEquals(results(restarted.sessionId()), undisturbed());
  }

  @Test
  void restart_ofASessionThatRuns_savesWhereItIsFirst_andGoesOnThere() throws Exception {
    ScriptedWorker first = held();
    String session = begun(first, 3);

    ProcessingCommand.Restarted restarted = restart(session, SessionCarry.EVERYTHING);

    assertEquals(1, restarted.checkpointsKept());
    assertEquals(1, events(session, SessionEvent.BatchCheckpointed.class).size());
    assertEquals("cancelled", node.finished(session).state());
    // The new session may have its next step there by now.
    node.devices.kill(first);
    ScriptedWorker next = new ScriptedWorker("cpu-0", 2);
    node.devices.up(next, ScriptedPictures.ID);
    assertEquals("completed", node.finished(restarted.sessionId()).state());
    assertEquals(STEPS - 3, count(next), "three were paid for");
    assertEquals(results(restarted.sessionId()), undisturbed());
  }

  @Test
  void nodeStops_whatIsUnderWayIsSaved() throws Exception {
    String session = begun(held(), 2);
    assertEquals(new ProcessingCommand.Saved(Set.of(session), Set.of()), saved());
    assertEquals(1, events(session, SessionEvent.BatchCheckpointed.class).size());
  }

  @Test
  void checkpointThatIsNotStoredInTime_isNotSaidToBeWritten() throws Exception {
    String session = begun(held(), 2);
    node.artifacts.holdPuts();
    assertEquals(new ProcessingCommand.Saved(Set.of(), Set.of(session)), saved());
    node.artifacts.letPutsGo();
  }

  @Test
  void checkpointThatCannotBeStored_isNotSaidToBeWritten() throws Exception {
    String session = begun(held(), 2);
    node.artifacts.failNextPuts(1);
    assertEquals(new ProcessingCommand.Saved(Set.of(), Set.of(session)), saved());
    assertEquals(0, events(session, SessionEvent.BatchCheckpointed.class).size());
  }

  private ProcessingCommand.Saved saved() {
    TestProbe<ProcessingCommand.Saved> saved = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.SaveCheckpoints(saved.getRef()));
    return saved.receiveMessage(WorkHarness.PATIENCE);
  }

  private void cancel(String session) {
    TestProbe<StatusReply<SessionView>> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.CancelSession(session, "test", probe.getRef()));
    assertEquals("cancelled", probe.receiveMessage(WorkHarness.PATIENCE).getValue().state());
  }

  private ProcessingCommand.Restarted restart(String session, int fromStep) {
    TestProbe<StatusReply<ProcessingCommand.Restarted>> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.RestartSession(session, fromStep, "test", probe.getRef()));
    return probe.receiveMessage(WorkHarness.PATIENCE).getValue();
  }

  private StatusReply<SessionProtocol.Recorded> restore(
      String session, SessionEvent.BatchCheckpointed taken, String sha256) {
    TestProbe<StatusReply<SessionProtocol.Recorded>> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.RestoreCheckpoint(
            new CheckpointId(session, taken.range(), taken.step()),
            sha256,
            false,
            "a test",
            probe.getRef()));
    return probe.receiveMessage(WorkHarness.PATIENCE);
  }
}
