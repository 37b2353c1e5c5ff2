package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.SessionText;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFaultCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a runner does when workers die, refuse or fail, and when its user changes their mind. */
class SessionRecoveryTest {
  // One word of the vocabulary: its token id is in the input of each batch that holds it.
  private static final String POISON = "dynamite";

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

  private void awaitOpen(ScriptedWorker worker, int calls) {
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> worker.open().size() >= calls);
  }

  private String undisturbed(String text, int batchSize) throws Exception {
    return SessionText.embeddings(node, node.finished(node.accepted(text, batchSize)));
  }

  @Test
  void workerDies_withBatchesInFlight_theyGoToTheSuccessorAndNothingDiffers() throws Exception {
    ScriptedWorker first = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(first);
    String session = node.accepted(SessionText.lines(12), 4);
    awaitOpen(first, 2);

    node.devices.kill(first);
    node.devices.up(new ScriptedWorker("cpu-0", 2));

    SessionView view = node.finished(session);
    assertEquals("completed", view.state());
    assertEquals(12, view.embedded());
    assertEquals(2, view.interruptions());
    assertEquals(0, view.replanned());
    String disturbed = SessionText.embeddings(node, view);
    assertEquals(undisturbed(SessionText.lines(12), 4), disturbed);
  }

  @Test
  void workerDiesTwice_theBatchIsSplitAndReportedAsReplanned() throws Exception {
    ScriptedWorker first = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(first);
    String session = node.accepted(SessionText.lines(4), 4);
    awaitOpen(first, 1);
    node.devices.kill(first);
    ScriptedWorker second = new ScriptedWorker("cpu-0", 2).hold();
    node.devices.up(second);
    awaitOpen(second, 1);
    node.devices.kill(second);
    ScriptedWorker third = new ScriptedWorker("cpu-0", 3);
    node.devices.up(third);

    SessionView view = node.finished(session);
    assertEquals("completed", view.state());
    assertEquals(4, view.embedded());
    assertEquals(4, view.replanned());
    assertEquals(2, third.taken().size());
    assertEquals(4, SessionText.embeddings(node, view).lines().count());
  }

  /** Each worker dies as soon as it is sent the poison; its successor comes at once. */
  private void serveWithPoison(String device, AtomicLong epochs) {
    ScriptedWorker worker = new ScriptedWorker(device, epochs.incrementAndGet());
    long poison = poisonToken();
    worker.onTaken(
        mortal -> {
          List<ScriptedWorker.Open> open = mortal.open();
          if (open.stream().anyMatch(call -> holds(call.call().inputs().get(0), poison))) {
            node.devices.kill(mortal);
            serveWithPoison(device, epochs);
          }
        });
    node.devices.up(worker, "tiny");
  }

  private long poisonToken() {
    return node.models.textModels().of(node.models.descriptor()).encode(List.of(POISON)).ids(0)[1];
  }

  private static boolean holds(Tensor ids, long token) {
    for (int i = 0; i < ids.byteLength(); i += Long.BYTES) {
      if (ids.bytes().getLong(i) == token) {
        return true;
      }
    }
    return false;
  }

  @Test
  void poisonDocument_isFoundAndSetAside_andTheOthersFinish() throws Exception {
    AtomicLong epochs = new AtomicLong();
    serveWithPoison("cpu-0", epochs);
    serveWithPoison("cpu-1", epochs);
    String text = SessionText.lines(20) + "a stick of " + POISON + "\n" + SessionText.lines(11);

    String session = node.accepted(text, 8);
    SessionView view = node.finished(session);

    assertEquals("completed", view.state(), view.message());
    assertEquals(32, view.documents());
    assertEquals(List.of(20), view.poisoned());
    assertEquals(31, view.embedded());
    List<Integer> indexes = SessionText.indexes(node, view);
    assertEquals(31, indexes.size());
    assertFalse(indexes.contains(20));
    assertEquals(1, node.letters().size());
    assertTrue(
        node.letters().get(session + "-20").endsWith("a stick of " + POISON),
        node.letters().toString());
    String manifest = node.artifacts.text(view.outputs().get(1).sha256());
    assertTrue(manifest.contains("\"poisoned\" : [ 20 ]"), manifest);
  }

  @Test
  void workerRefusesContent_theDocumentIsIsolatedWithoutAnyDeath() throws Exception {
    long poison = poisonToken();
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    worker.onTaken(
        alive ->
            alive.open().stream()
                .filter(call -> holds(call.call().inputs().get(0), poison))
                .forEach(
                    call ->
                        alive.fail(call, WorkerFaultCode.BAD_TENSOR, WorkerBlame.REQUEST, false)));
    node.devices.up(worker);

    SessionView view = node.finished(node.accepted(SessionText.lines(3) + POISON + "\nlast\n", 5));

    assertEquals("completed", view.state());
    assertEquals(List.of(3), view.poisoned());
    assertEquals(4, view.embedded());
    assertEquals(0, view.interruptions());
  }

  @Test
  void workerFailsABatch_itIsTriedAgain() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    AtomicLong faults = new AtomicLong();
    worker.onTaken(
        alive -> {
          if (faults.incrementAndGet() <= 2) {
            alive.fail(
                alive.open().get(0), WorkerFaultCode.BACKEND_FAILED, WorkerBlame.WORKER, true);
          }
        });
    node.devices.up(worker);

    SessionView view = node.finished(node.accepted(SessionText.lines(2), 2));

    assertEquals("completed", view.state());
    assertEquals(2, view.embedded());
  }

  @Test
  void workerHasNoRoomForLong_thenFailsOnce_theSessionIsNotGivenUp() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    AtomicLong calls = new AtomicLong();
    worker.onTaken(
        alive -> {
          long call = calls.incrementAndGet();
          if (call <= 6) {
            alive.fail(
                alive.open().get(0), WorkerFaultCode.QUEUE_FULL, WorkerBlame.INFRASTRUCTURE, true);
          } else if (call == 7) {
            alive.fail(
                alive.open().get(0), WorkerFaultCode.BACKEND_FAILED, WorkerBlame.WORKER, true);
          }
        });
    node.devices.up(worker);

    SessionView view = node.finished(node.accepted(SessionText.lines(2), 2));

    assertEquals("completed", view.state(), view.message());
    assertEquals(8, calls.get());
  }

  @Test
  void workerFailsABatchForEver_theSessionFailsWithCauseAndRemedy() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    worker.onTaken(
        alive ->
            alive.fail(
                alive.open().get(0), WorkerFaultCode.BACKEND_FAILED, WorkerBlame.WORKER, true));
    node.devices.up(worker);

    SessionView view = node.finished(node.accepted(SessionText.lines(2), 2));

    assertEquals("failed", view.state());
    assertEquals("inference_engine_failure", view.code());
    assertTrue(view.message().contains("BACKEND_FAILED"), view.message());
    assertFalse(view.remedy().isEmpty());
    assertEquals(5, worker.taken().size());
  }

  @Test
  void cancel_whileComputing_freesTheDevice() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker);
    String session = node.accepted(SessionText.lines(8), 4);
    awaitOpen(worker, 2);
    TestProbe<StatusReply<SessionView>> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.CancelSession(session, "changed my mind", probe.getRef()));

    assertEquals("cancelled", probe.receiveMessage(WorkHarness.PATIENCE).getValue().state());
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(() -> Set.copyOf(worker.cancelled()).size() == 2);

    worker.answerAll();
    assertEquals("completed", node.finished(node.accepted("next\n", 1)).state());
    assertTrue(node.artifacts.ownedBy(session + "/work").isEmpty());
  }

  @Test
  void storeFailsForAWhile_theSessionWaitsItOut() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker);
    String session = node.accepted(SessionText.lines(8), 2);
    awaitOpen(worker, 2);
    node.artifacts.failNextPuts(7);
    worker.answerAll();

    SessionView view = node.finished(session);
    assertEquals("completed", view.state(), view.message());
    assertEquals(8, view.embedded());
  }

  @Test
  void storingFailsForGood_theSessionEndsAndSaysWhy() throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1).onTaken(worker -> node.artifacts.breakPuts()));
    String session = node.accepted(SessionText.lines(2), 2);

    SessionView view = node.finished(session);
    assertEquals("failed", view.state());
    assertTrue(view.message().contains("used wrongly"), view.message());
  }

  @Test
  void outputDirectoryVanishes_theSessionCompletesAndSaysSo() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker);
    Path output = directory.resolve("out");
    String session =
        ((ProcessingCommand.SubmitReply.Accepted)
                node.submit(node.artifacts.input(SessionText.lines(2)), 2, output.toString()))
            .sessionId();
    awaitOpen(worker, 1);
    Files.writeString(output, "a file stands where the directory should be");
    worker.answerAll();

    SessionView view = node.finished(session);
    assertEquals("completed", view.state());
    assertEquals(1, view.degradations().size());
    assertTrue(
        view.degradations().get(0).startsWith("output_directory_unwritable"),
        view.degradations().toString());
    assertEquals(2, SessionText.embeddings(node, view).lines().count());
    String manifest = node.artifacts.text(view.outputs().get(1).sha256());
    assertTrue(manifest.contains("output_directory_unwritable"), manifest);
    assertTrue(manifest.contains("mainstay sessions fetch " + session), manifest);
  }

  @Test
  void failoverToAnotherKind_isSaidInTheReceipt() throws Exception {
    ScriptedWorker first = new ScriptedWorker("cpu-0", 1, "kind-a");
    AtomicLong taken = new AtomicLong();
    first.onTaken(
        worker -> {
          if (taken.incrementAndGet() == 2) {
            node.devices.kill(worker);
            node.devices.up(new ScriptedWorker("cpu-0", 2, "kind-b"));
          }
        });
    node.devices.up(first);

    SessionView view = node.finished(node.accepted(SessionText.lines(8), 2));

    assertEquals("completed", view.state());
    assertEquals(2, view.fingerprints().size());
    BlobRef manifest = view.outputs().get(1);
    assertTrue(node.artifacts.text(manifest.sha256()).contains("mixed_fingerprints"));
  }

  @Test
  void sessionOver_onlyItsOutputsAreKept() throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    String session = node.accepted(SessionText.lines(6), 2);
    SessionView view = node.finished(session);

    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(() -> node.artifacts.ownedBy(session + "/work").isEmpty());
    assertEquals(
        Set.copyOf(view.outputs().stream().map(BlobRef::sha256).toList()),
        node.artifacts.ownedBy(session));
  }
}
