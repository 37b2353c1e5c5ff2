package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.SessionText;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is let in, what is turned away, and what is told about it. */
class AdmissionTest {
  private static final String NOBODY = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";

  @TempDir Path directory;
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node =
        new WorkHarness(
            directory,
            """
            mainstay.processing { max-line = 1000, open-sessions-max = 3, running-sessions-max = 1
              retry-after = 1500ms }
            """);
  }

  @AfterEach
  void end() {
    node.close();
  }

  private static SubmitReply.Refused refused(SubmitReply reply) {
    return assertInstanceOf(SubmitReply.Refused.class, reply);
  }

  private List<SessionView> list(int limit) {
    TestProbe<ProcessingCommand.SessionList> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.ListSessions(limit, probe.getRef()));
    return probe.receiveMessage(WorkHarness.PATIENCE).sessions();
  }

  private ProcessingCommand.Load load() {
    TestProbe<ProcessingCommand.Load> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.GetLoad(probe.getRef()));
    return probe.receiveMessage(WorkHarness.PATIENCE);
  }

  @Test
  void submit_whenTheInputIsNoGood_isRefusedWithWhere_andNothingIsAccepted() throws Exception {
    SubmitReply.Refused longLine = refused(node.submit("ok\n" + "x".repeat(1001) + "\n", 1));
    assertEquals("line_too_long", longLine.code());
    assertTrue(longLine.message().contains("Line 2"), longLine.message());
    assertEquals("not_text", refused(node.submit("a\u0000b", 1)).code());
    assertEquals("empty_input", refused(node.submit("\n\n", 1)).code());
    assertEquals(
        "input_unreadable",
        refused(node.submit(new BlobRef("gone.txt", "00".repeat(32), 3), 1, "")).code());

    assertEquals(List.of(), list(10));
    assertEquals(0, load().open());
  }

  @Test
  void submit_whenTheOutputDirectoryIsOutsideOfTheRoots_isRefused() throws Exception {
    BlobRef input = node.artifacts.input("hello\n");
    SubmitReply.Refused refused = refused(node.submit(input, 1, "/proc/out"));
    assertEquals("output_directory_refused", refused.code());
    assertTrue(refused.message().contains("mainstay.output.roots"), refused.message());
  }

  @Test
  void submit_whenTheModelIsUnknown_isRefusedWithTheKnownOnes() throws Exception {
    TestProbe<SubmitReply> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.Submit(
            new Workflow.TextEmbedding("huge", 1),
            List.of(node.artifacts.input("hello\n")),
            WorkClass.STANDARD,
            "",
            "test",
            probe.getRef()));
    SubmitReply.Refused refused = refused(probe.receiveMessage(WorkHarness.PATIENCE));
    assertEquals("unknown_model", refused.code());
    assertTrue(refused.remedy().contains("tiny"), refused.remedy());
  }

  @Test
  void submit_withoutExactlyOneInput_isRefused() {
    TestProbe<SubmitReply> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.Submit(
            new Workflow.TextEmbedding("tiny", 1),
            List.of(),
            WorkClass.STANDARD,
            "",
            "test",
            probe.getRef()));
    assertEquals("invalid_input", refused(probe.receiveMessage(WorkHarness.PATIENCE)).code());
  }

  @Test
  void submit_beyondTheBound_isToldToRetry_andLetInOnceOneIsOver() throws Exception {
    List<String> sessions = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sessions.add(node.accepted("text " + i + "\n", 1));
    }
    SubmitReply.Busy busy = assertInstanceOf(SubmitReply.Busy.class, node.submit("four\n", 1));
    assertEquals(1500, busy.retryAfterMillis());
    assertTrue(busy.message().contains("open-sessions-max = 3"), busy.message());

    node.devices.up(new ScriptedWorker("cpu-0", 1));
    sessions.forEach(node::finished);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> load().open() == 0);
    assertEquals("completed", node.finished(node.accepted("four\n", 1)).state());
  }

  @Test
  void sessions_beyondTheRunningBound_waitByClassAndAllFinish() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker);
    String first = node.accepted("first\n", 1);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> worker.open().size() == 1);
    String second = node.accepted("second\n", 1);
    String third = node.accepted("third\n", 1);
    assertEquals(1, load().running());

    worker.answerAll();

    for (String session : List.of(first, second, third)) {
      assertEquals("completed", node.finished(session).state());
    }
  }

  private String refusalOfGet() {
    TestProbe<StatusReply<SessionView>> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.GetSession(NOBODY, probe.getRef()));
    return assertInstanceOf(Refusal.class, probe.receiveMessage(WorkHarness.PATIENCE).getError())
        .code();
  }

  @Test
  void get_whenTheJournalCannotBeRead_doesNotClaimThatThereIsNone() {
    node.failIndex(true);
    assertEquals("storage_unavailable", refusalOfGet());
    node.failIndex(false);
    assertEquals("unknown_session", refusalOfGet());
  }

  @Test
  void list_isNewestFirst_andBounded() throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    List<String> sessions = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String session = node.accepted(SessionText.lines(2), 2);
      node.finished(session);
      sessions.add(0, session);
      Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> load().open() == 0);
    }

    assertEquals(sessions, list(10).stream().map(SessionView::sessionId).toList());
    assertEquals(sessions.subList(0, 2), list(2).stream().map(SessionView::sessionId).toList());
    assertEquals(List.of(), list(0));
  }

  @Test
  void list_afterARestart_knowsTheSessionsOfTheJournal() throws Exception {
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    String session = node.accepted("hello\n", 1);
    node.finished(session);
    node.stopNode();
    node.startNode();

    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(
            () -> list(10).stream().map(SessionView::sessionId).toList().equals(List.of(session)));
    assertEquals("completed", node.view(session).state());
  }

  @Test
  void getAndCancel_whenThereIsNoSuchSession_areRefused() {
    for (String id : List.of(NOBODY, "nonsense", "")) {
      TestProbe<StatusReply<SessionView>> probe = node.kit().createTestProbe();
      node.processing.tell(new ProcessingCommand.GetSession(id, probe.getRef()));
      Refusal get =
          assertInstanceOf(Refusal.class, probe.receiveMessage(WorkHarness.PATIENCE).getError());
      assertEquals("unknown_session", get.code());
      node.processing.tell(new ProcessingCommand.CancelSession(id, "no", probe.getRef()));
      assertInstanceOf(Refusal.class, probe.receiveMessage(WorkHarness.PATIENCE).getError());
    }
  }

  @Test
  void cancel_whileItWaitsForARunner_endsIt() throws Exception {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker);
    String running = node.accepted("first\n", 1);
    String waiting = node.accepted("second\n", 1);
    TestProbe<StatusReply<SessionView>> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.CancelSession(waiting, "no need", probe.getRef()));
    assertEquals("cancelled", probe.receiveMessage(WorkHarness.PATIENCE).getValue().state());

    worker.answerAll();
    assertEquals("completed", node.finished(running).state());
    assertEquals(1, worker.taken().size());
    assertEquals("cancelled", node.view(waiting).state());
  }
}
