package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.SessionText;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that recovery has rest, on the real processing domain. */
class SessionHoldsTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path directory;
  private WorkHarness node;
  private ScriptedWorker worker;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "");
    worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker);
  }

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void sessionThatRests_isNotWorkedOn_untilAllWhoNeedThatLetItGoOn() throws Exception {
    String session = atWork();
    HoldCommand.Resting resting = rest("first", session, LONG);
    assertEquals(Set.of(session), resting.stopped());
    rest("second", session, LONG);
    awaitRunners(Set.of());
    assertEquals(Set.of(session), facts().kept());
    assertEquals(Set.of(session), heldBy("second"));
    assertEquals(Set.of(), heldBy("third"));
    goOn("first", Set.of(session));
    assertEquals(Set.of(session), heldBy("first"));

    goOn("first");
    assertEquals(Set.of(session), goOn("nobody").held());
    node.devices.kill(worker);
    node.devices.up(new ScriptedWorker("cpu-0", 2));
    assertEquals(Set.of(), facts().runners());

    assertEquals(Set.of(), goOn("second").held());
    assertEquals(Set.of(), facts().kept());
    SessionView view = node.finished(session);
    assertEquals("completed", view.state(), view.message());
    assertEquals(11, view.embedded());
  }

  @Test
  void longestRestOver_itGoesOnByItself() throws Exception {
    String session = atWork();
    rest("recovery", session, Duration.ofMillis(50));
    node.devices.kill(worker);
    node.devices.up(new ScriptedWorker("cpu-0", 2));
    assertEquals("completed", node.finished(session).state());
  }

  @Test
  void endOfOneRest_leavesTheOthers_andTheLaterEndOfAHolderCounts() throws Exception {
    String session = atWork();
    rest("memory", session, LONG);
    rest("memory", session, Duration.ofMillis(10));
    rest("deferral", session, Duration.ofMillis(50));
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> heldBy("deferral").isEmpty());
    assertEquals(Set.of(session), heldBy("memory"));
    assertEquals(Set.of(session), facts().kept());
    awaitRunners(Set.of());
  }

  @Test
  void whileNobodyMayBegin_sessionsThatComeWait_andBeginAfterwards() throws Exception {
    String session = atWork();
    TestProbe<HoldCommand.Resting> probe = node.kit().createTestProbe();
    node.processing.tell(
        new HoldCommand.Rest("recovery", Set.of(session), true, LONG, probe.ref()));
    probe.receiveMessage(WorkHarness.PATIENCE);
    awaitRunners(Set.of());
    String later = node.accepted(SessionText.lines(11), 4);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> facts().settling().contains(later));
    assertEquals(Set.of(), facts().runners());
    goOn("recovery");
    node.devices.kill(worker);
    node.devices.up(new ScriptedWorker("cpu-0", 2));
    assertEquals("completed", node.finished(later).state());
    assertEquals("completed", node.finished(session).state());
  }

  @Test
  void sessionThatOnlySaves_goesOnAtOnce() throws Exception {
    String session = atWork();
    TestProbe<HoldCommand.Resting> probe = node.kit().createTestProbe();
    node.processing.tell(new HoldCommand.Save(Set.of(session), probe.ref()));
    HoldCommand.Resting saved = probe.receiveMessage(WorkHarness.PATIENCE);
    assertEquals(Set.of(session), saved.stopped());
    assertEquals(Set.of(), saved.held());
    assertTrue(facts().runners().contains(session));
    node.devices.kill(worker);
    node.devices.up(new ScriptedWorker("cpu-0", 2));
    assertEquals("completed", node.finished(session).state());
  }

  @Test
  void sessionThatIsAborted_hasFailedForThatReason_andHoldsNothing() throws Exception {
    String session = atWork();
    TestProbe<StatusReply<SessionProtocol.Recorded>> probe = node.kit().createTestProbe();
    Refusal why =
        Refusal.of("inference_model_incompatibility", "no engine runs it", "Take another");
    node.processing.tell(new HoldCommand.Abort(session, why, probe.ref()));
    assertTrue(probe.receiveMessage(WorkHarness.PATIENCE).isSuccess());
    SessionView view = node.finished(session);
    assertEquals("failed", view.state());
    assertEquals("inference_model_incompatibility", view.code());
    assertEquals("no engine runs it", view.message());
    assertEquals("Take another", view.remedy());
    awaitRunners(Set.of());
    assertEquals(Map.of(), facts().heap());

    node.processing.tell(new HoldCommand.Abort(session, why, probe.ref()));
    assertTrue(probe.receiveMessage(WorkHarness.PATIENCE).isSuccess(), "harmless once it is over");
  }

  private String atWork() throws Exception {
    String session = node.accepted(SessionText.lines(11), 4);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> !worker.open().isEmpty());
    return session;
  }

  private HoldCommand.Resting rest(String by, String session, Duration longest) {
    TestProbe<HoldCommand.Resting> probe = node.kit().createTestProbe();
    node.processing.tell(new HoldCommand.Rest(by, Set.of(session), longest, probe.ref()));
    return probe.receiveMessage(WorkHarness.PATIENCE);
  }

  private HoldCommand.Resting goOn(String by) {
    return goOn(by, Set.of());
  }

  private HoldCommand.Resting goOn(String by, Set<String> except) {
    TestProbe<HoldCommand.Resting> probe = node.kit().createTestProbe();
    node.processing.tell(new HoldCommand.GoOn(by, except, probe.ref()));
    return probe.receiveMessage(WorkHarness.PATIENCE);
  }

  private Set<String> heldBy(String by) {
    TestProbe<HoldCommand.Resting> probe = node.kit().createTestProbe();
    node.processing.tell(new HoldCommand.ListHeld(by, probe.ref()));
    return probe.receiveMessage(WorkHarness.PATIENCE).held();
  }

  private void awaitRunners(Set<String> runners) {
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> facts().runners().equals(runners));
  }

  private ProcessingCommand.Facts facts() {
    TestProbe<ProcessingCommand.Facts> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.GetFacts(probe.ref()));
    return probe.receiveMessage(WorkHarness.PATIENCE);
  }
}
