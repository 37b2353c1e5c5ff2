package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.ScriptedModes;
import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModeGate;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.support.ScriptedPictures;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accepted sessions while modes hold: put off, gone on with, ended. */
class SessionHandoffTest {
  @TempDir Path directory;
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node =
        new WorkHarness(
            directory,
            """
            mainstay.processing.pictures.model = shapes
            mainstay.processing.runner { resume-pause = 50ms }
            """);
    node.models.add(ScriptedPictures.model(directory, ScriptedPictures.ID, "cd"));
  }

  @AfterEach
  void end() {
    node.close();
  }

  private void off(Set<Operation> off, String... models) {
    ScriptedModes.off(node.kit().system(), off, Set.of(), Set.of(models));
  }

  private String batch(String deadline) throws Exception {
    TestProbe<ProcessingCommand.SubmitReply> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.Submit(
            new Templates(ProcessingSettings.of(node.config()).templates())
                .parse("text-to-image", List.of(new Param("deadline", deadline))),
            List.of(node.artifacts.input("a red circle\n")),
            WorkClass.BATCH,
            "",
            "test",
            probe.ref()));
    return ((ProcessingCommand.SubmitReply.Accepted) probe.receiveMessage(WorkHarness.PATIENCE))
        .sessionId();
  }

  private void awaitRunners(int count) {
    TestProbe<ProcessingCommand.Load> load = node.kit().createTestProbe();
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(
            () -> {
              node.processing.tell(new ProcessingCommand.GetLoad(load.ref()));
              return load.receiveMessage(WorkHarness.PATIENCE).running() == count;
            });
  }

  @Test
  void batchThatIsPutOff_isEndedWhenItsDeadlinePasses_andHoldsNothing() throws Exception {
    String session = batch("4s");
    awaitRunners(1);
    off(Set.of(Operation.BATCH_PROCESSING));
    awaitRunners(0);
    SessionView view = node.finished(session);
    assertEquals("failed", view.state());
    assertEquals("inference_timeout_exceeded", view.code());
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(() -> node.artifacts.ownedBy(WorkOwner.of(session)).isEmpty());
  }

  @Test
  void sessionWhoseModelIsIsolated_waits_andIsDoneWhenThatIsOver() throws Exception {
    String session = node.accepted("one\ntwo\n", 1);
    awaitRunners(1);
    off(Set.of(Operation.MODEL_DEPENDENT_INFERENCE), TestModels.ID);
    awaitRunners(0);
    node.devices.up(new ScriptedWorker("cpu-0", 1), TestModels.ID);
    off(Set.of());
    assertEquals("completed", node.finished(session).state());
  }

  @Test
  void refusalThatPasses_whenWorkIsTakenUpAgain_failsNoAcceptedSession() throws Exception {
    String session = node.accepted("one\ntwo\n", 1);
    awaitRunners(1);
    node.stopNode();
    node.models.unusable(
        TestModels.ID, Refusal.later(ModeGate.ISOLATED, "it is isolated", "Wait", 30_000));
    node.devices.up(new ScriptedWorker("cpu-0", 1), TestModels.ID);
    node.startNode();
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> node.models.refusals() >= 2);
    assertTrue(!node.view(session).finished(), () -> node.view(session).toString());
    node.models.usable(TestModels.ID);
    assertEquals("completed", node.finished(session).state());
  }
}
