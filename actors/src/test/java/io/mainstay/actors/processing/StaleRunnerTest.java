package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.postprocessing.text.EmbeddingMatrix;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.SessionText;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFaultCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal holds counts, whatever a runner remembers. */
class StaleRunnerTest {
  @TempDir Path directory;
  private WorkHarness node;
  private String session;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "");
  }

  @AfterEach
  void end() {
    node.close();
  }

  private ScriptedWorker holding(int calls, String text) throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker);
    session = node.accepted(text, 1);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> worker.open().size() == calls);
    return worker;
  }

  /** Another runner of the session was faster with that document. */
  private void recordElsewhere(int document, byte[] result) throws Exception {
    BlobRef blob = node.artifacts.put(session + "/work", "elsewhere", result);
    TestProbe<StatusReply<SessionProtocol.Recorded>> probe = node.kit().createTestProbe();
    node.session(session)
        .tell(
            new SessionProtocol.RecordBatch(
                new DocumentRange(document, document + 1),
                blob.sha256(),
                "elsewhere",
                "cpu-9",
                1,
                1,
                probe.getRef()));
    assertTrue(probe.receiveMessage(WorkHarness.PATIENCE).isSuccess());
  }

  private static byte[] numbers(float... numbers) {
    return EmbeddingMatrix.of(new float[][] {numbers}).toBytes();
  }

  private ProcessingCommand.Load load() {
    TestProbe<ProcessingCommand.Load> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.GetLoad(probe.getRef()));
    return probe.receiveMessage(WorkHarness.PATIENCE);
  }

  @Test
  void anotherResultIsInTheJournal_theOutputsHoldThatOne() throws Exception {
    ScriptedWorker worker = holding(2, SessionText.lines(4));
    // One that this runner computes now, and one that it has not begun.
    recordElsewhere(0, numbers(0.625f, 0.5f));
    recordElsewhere(3, numbers(0.375f, 0.25f));

    worker.answerAll();

    SessionView view = node.finished(session);
    assertEquals("completed", view.state(), view.message());
    List<String> lines = SessionText.embeddings(node, view).lines().toList();
    assertEquals(List.of(0, 1, 2, 3), SessionText.indexes(node, view));
    assertTrue(lines.get(0).contains("0.625"), lines.get(0));
    assertTrue(lines.get(3).contains("0.375"), lines.get(3));
  }

  @Test
  void documentIsRefused_butHasItsResult_noLetterIsFiled() throws Exception {
    ScriptedWorker worker = holding(1, "one\n");
    recordElsewhere(0, numbers(0.5f));

    worker.fail(worker.open().get(0), WorkerFaultCode.BAD_TENSOR, WorkerBlame.REQUEST, false);

    SessionView view = node.finished(session);
    assertEquals(1, view.embedded(), view.toString());
    assertEquals(List.of(), view.poisoned());
    assertEquals(Map.of(), node.letters());
  }

  @Test
  void outputsCannotBeMade_andNoDiskIsAtFault_theSessionFails() throws Exception {
    ScriptedWorker worker = holding(1, "one\n");
    recordElsewhere(0, new byte[3]);

    worker.answerAll();

    SessionView view = node.finished(session);
    assertEquals("failed", view.state());
    assertEquals("unusable_result", view.code(), view.message());
    node.faults().expectNoMessage();
  }

  @Test
  void runnerFails_afterItsSessionIsOver_itsPlaceIsFreed() throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    BlobRef input = node.artifacts.input("one\n");
    session = ((ProcessingCommand.SubmitReply.Accepted) node.submit(input, 1, "")).sessionId();
    node.finished(session);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> load().running() == 0);
    // Its letter breaks the runner, and its second life learns that nothing is left.
    node.failNextLetters(1);
    TestProbe<SessionProtocol.Command> entity = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.CarryOut(
            new SessionWork.Run(
                session,
                new SessionWork.Remaining(
                    new Workflow.TextEmbedding(TestModels.ID, 1),
                    "",
                    List.of(input),
                    WorkClass.STANDARD,
                    "",
                    1,
                    List.of(),
                    List.of(),
                    List.of(0),
                    false),
                entity.getRef())));

    node.faults().expectMessageClass(RecoveryCommand.ReportFault.class, WorkHarness.PATIENCE);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> load().running() == 0);
    assertEquals(0, load().open());
  }
}
