package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.SessionText;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFaultCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node may end at any point: the next life finishes, with each document exactly once. */
class SessionResumeTest {
  private static final int DOCUMENTS = 11;

  @TempDir Path directory;
  private final AtomicLong epochs = new AtomicLong();
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "");
  }

  @AfterEach
  void end() {
    node.close();
  }

  private ScriptedWorker worker(String device) {
    return new ScriptedWorker(device, epochs.incrementAndGet());
  }

  @Test
  void nodeEnds_afterAnyEvent_theNextLifeFinishesWithTheSameBytes() throws Exception {
    ScriptedWorker mortal = worker("cpu-0").hold();
    node.devices.up(mortal);
    String session = node.accepted(SessionText.lines(DOCUMENTS), 4);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> mortal.open().size() == 2);
    node.devices.kill(mortal);
    node.devices.up(worker("cpu-0"));
    SessionView undisturbed = node.finished(session);
    String expected = SessionText.embeddings(node, undisturbed);
    List<Object> events = node.events(session);
    assertTrue(
        events.stream().anyMatch(SessionEvent.BatchInterrupted.class::isInstance),
        events.toString());

    for (int prefix = 1; prefix < events.size(); prefix++) {
      node.stopNode();
      node.devices.up(worker("cpu-0"));
      node.startNodeFrom(session, events.subList(0, prefix));

      SessionView view = node.finished(session);

      String where = "after " + prefix + " events, the last " + events.get(prefix - 1);
      assertEquals("completed", view.state(), where + ": " + view.message());
      assertEquals(DOCUMENTS, view.embedded(), where);
      assertEquals(expected, SessionText.embeddings(node, view), where);
    }
  }

  @Test
  void nodeEnds_atRandomMoments_noDocumentIsLostOrTwice() throws Exception {
    long seed = 20261122;
    Random random = new Random(seed);
    node.devices.up(worker("cpu-0"));
    node.devices.up(worker("cpu-1"));
    String session = node.accepted(SessionText.lines(60), 1);
    int seen = 0;
    for (int life = 0; life < 8 && !node.view(session).finished(); life++) {
      int enough = seen + 1 + random.nextInt(12);
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(WorkHarness.PATIENCE)
          .until(() -> node.events(session).size() >= enough || node.view(session).finished());
      node.stopNode();
      seen = node.events(session).size();
      node.devices.up(worker("cpu-0"));
      node.devices.up(worker("cpu-1"));
      node.startNode();
    }

    SessionView view = node.finished(session);

    assertEquals("completed", view.state(), "seed " + seed + ": " + view.message());
    assertEquals(
        IntStream.range(0, 60).boxed().toList(), SessionText.indexes(node, view), "seed " + seed);
    assertEquals(
        1,
        node.events(session).stream()
            .filter(SessionEvent.WorkflowCompleted.class::isInstance)
            .count());
  }

  @Test
  void runnerIsStopped_forAFaultOfItsWorld_anotherGoesOnFromTheJournal() throws Exception {
    node.devices.up(worker("cpu-0"));
    // The submission reads the input first, then the runner does.
    var input = node.artifacts.input(SessionText.lines(4));
    node.artifacts.failOpen(2);
    String session =
        ((ProcessingCommand.SubmitReply.Accepted) node.submit(input, 1, "")).sessionId();

    SessionView view = node.finished(session);

    assertEquals("completed", view.state());
    assertEquals(List.of(0, 1, 2, 3), SessionText.indexes(node, view));
    RecoveryCommand.ReportFault report =
        node.faults().expectMessageClass(RecoveryCommand.ReportFault.class);
    assertEquals("workflow_orchestration_failure", report.fault().definition().name());
    assertEquals("stop", report.directive());
  }

  @Test
  void runnerIsRestarted_forAnUnknownFailure_itAsksTheJournalWhatIsLeft() throws Exception {
    ScriptedWorker worker = worker("cpu-0");
    worker.onTaken(
        alive ->
            alive.open().stream()
                .filter(call -> call.call().inputs().get(0).dims().get(1) > 20)
                .forEach(
                    call ->
                        alive.fail(call, WorkerFaultCode.BAD_TENSOR, WorkerBlame.REQUEST, false)));
    node.devices.up(worker);
    node.failNextLetters(1);

    SessionView view = node.finished(node.accepted("one\n" + "long ".repeat(30) + "\nthree\n", 1));

    assertEquals("completed", view.state());
    assertEquals(List.of(1), view.poisoned());
    assertEquals(List.of(0, 2), SessionText.indexes(node, view));
    assertEquals(1, node.letters().size());
  }
}
