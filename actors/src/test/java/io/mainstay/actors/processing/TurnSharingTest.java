package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.ModeKeeper;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.support.ScriptedPictures;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.mode.ModeEvent;
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.WorkClass;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There is room for one session at a time. */
class TurnSharingTest {
  @TempDir Path directory;
  private WorkHarness node;

  @AfterEach
  void end() {
    node.close();
  }

  /**
   * @param yieldAfter what gets nowhere lets others go first after that
   */
  private void start(Duration yieldAfter) throws Exception {
    node =
        new WorkHarness(
            directory,
            """
            mainstay.processing.running-sessions-max = 1
            mainstay.processing.pictures.model = shapes
            mainstay.processing.runner {
              resume-pause = 50ms, failure-pause = 20ms, yield-after = %d ms
            }
            mainstay.modes.modes.performance_conservation_mode.work.session-time-max = 200ms
            """
                .formatted(yieldAfter.toMillis()));
    node.models.add(ScriptedPictures.model(directory, ScriptedPictures.ID, "cd"));
    node.models.noRoomFor(ScriptedPictures.ID);
    node.devices.up(new ScriptedWorker("cpu-0", 1), TestModels.ID);
  }

  private String pictures(WorkClass workClass) throws Exception {
    TestProbe<ProcessingCommand.SubmitReply> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.Submit(
            new Templates(ProcessingSettings.of(node.config()).templates())
                .parse("text-to-image", List.of()),
            List.of(node.artifacts.input("a red circle\n")),
            workClass,
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
    start(Duration.ofMillis(200));
    String stuck = pictures(WorkClass.STANDARD);
    awaitRefused();
    String first = node.accepted("one\ntwo\n", 1);
    String second = node.accepted("three\n", 1);
    assertEquals("completed", node.finished(first).state());
    assertEquals("completed", node.finished(second).state());
    assertFalse(node.view(stuck).finished(), () -> node.view(stuck).toString());
    // It has its turn again, and what it needs is asked for again.
    awaitRefused();
  }

  /** A mode gives each session so much at a time. */
  @Test
  void sessionWhoseTimeIsUp_letsOthersOfItsClassGoFirst() throws Exception {
    start(Duration.ofHours(1));
    String first = pictures(WorkClass.STANDARD);
    awaitRefused();
    String second = node.accepted("one\n", 1);
    limitTime();
    assertEquals("completed", node.finished(second).state());
    assertFalse(node.view(first).finished(), () -> node.view(first).toString());
    awaitRefused();
  }

  @Test
  void sessionWhoseTimeIsUp_goesOn_whileOnlyLowerClassesWait() throws Exception {
    start(Duration.ofHours(1));
    String first = pictures(WorkClass.INTERACTIVE);
    awaitRefused();
    String standard = node.accepted("one\n", 1);
    limitTime();
    // Its time is up again and again meanwhile.
    for (int tries = 0; tries < 10; tries++) {
      awaitRefused();
    }
    assertFalse(node.view(standard).finished(), () -> node.view(standard).toString());
    assertFalse(node.view(first).finished(), () -> node.view(first).toString());
  }

  private void limitTime() {
    ModeSettings modes = ModeSettings.of(node.config());
    ModeKey mode = ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);
    EventMeta cause = EventStamper.system().root();
    ModeState state =
        ModeState.empty()
            .after(new ModeEvent.ModeEntered(cause, ModeNames.of(mode), "the test", List.of()));
    ModeKeeper.resume(node.kit().system(), modes, new ModeRules(modes, List.of("cpu-0")), state);
    node.kit()
        .system()
        .eventStream()
        .tell(
            new EventStream.Publish<>(
                new ModeChanged(
                    mode, true, "the test", InForce.of(node.kit().system()).view(), cause)));
  }
}
