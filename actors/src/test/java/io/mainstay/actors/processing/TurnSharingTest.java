package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.support.ScriptedPictures;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.WorkClass;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There is room for one session at a time. */
class TurnSharingTest {
  @TempDir Path directory;
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node =
        new WorkHarness(
            directory,
            """
            mainstay.processing.running-sessions-max = 1
            mainstay.processing.pictures.model = shapes
            mainstay.processing.runner {
              resume-pause = 50ms, failure-pause = 20ms, yield-after = 200ms
            }
            """);
    node.models.add(ScriptedPictures.model(directory, ScriptedPictures.ID, "cd"));
    node.models.noRoomFor(ScriptedPictures.ID);
    node.devices.up(new ScriptedWorker("cpu-0", 1), TestModels.ID);
  }

  @AfterEach
  void end() {
    node.close();
  }

  private String pictures() throws Exception {
    TestProbe<ProcessingCommand.SubmitReply> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.Submit(
            new Templates(ProcessingSettings.of(node.config()).templates())
                .parse("text-to-image", List.of()),
            List.of(node.artifacts.input("a red circle\n")),
            WorkClass.STANDARD,
            "",
            "test",
            probe.ref()));
    return ((ProcessingCommand.SubmitReply.Accepted) probe.receiveMessage(WorkHarness.PATIENCE))
        .sessionId();
  }

  private void awaitRefused() {
    int before = node.models.refusals();
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> node.models.refusals() > before);
  }

  /** Its model cannot be loaded while a mode holds: the node must not stand still for that. */
  @Test
  void sessionThatGetsNowhere_letsOthersGoFirst_andIsNotFailed() throws Exception {
    String stuck = pictures();
    awaitRefused();
    String first = node.accepted("one\ntwo\n", 1);
    String second = node.accepted("three\n", 1);
    assertEquals("completed", node.finished(first).state());
    assertEquals("completed", node.finished(second).state());
    assertFalse(node.view(stuck).finished(), () -> node.view(stuck).toString());
    // It has its turn again, and what it needs is asked for again.
    awaitRefused();
  }
}
