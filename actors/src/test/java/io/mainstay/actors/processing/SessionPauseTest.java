package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.InferenceCommand.RequestTurn;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.output.OutputRoots;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While a cancel is on its way to the journal, a runner asks for no device. */
class SessionPauseTest {
  private static final SessionWork.Pending BATCH =
      new SessionWork.Pending(new DocumentRange(0, 1), 0, 0, null, List.of());

  @TempDir Path directory;
  private WorkHarness node;
  private TestProbe<InferenceCommand> inference;
  private TestProbe<SessionProtocol.Command> journal;
  private ActorRef<RunnerMessage> runner;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "mainstay.processing.runner.record-timeout = 3s");
    inference = node.kit().createTestProbe();
    journal = node.kit().createTestProbe();
    TestProbe<PostprocessingCommand> postprocessing = node.kit().createTestProbe();
    runner =
        node.kit()
            .spawn(
                SessionRunner.create(
                    "paused",
                    ProcessingSettings.of(node.config()),
                    new ProcessingCollaborators(
                        id -> journal.getRef(),
                        () -> "none",
                        List::of,
                        inference.getRef(),
                        node.kit().spawn(node.models.behavior()),
                        postprocessing.getRef(),
                        node.artifacts,
                        node.models.textModels(),
                        OutputRoots.of(node.config()),
                        CheckpointSettings.of(node.config()).holds(System::nanoTime),
                        (session, index, reason, text) -> new CompletableFuture<>(),
                        SessionReservations.none(),
                        ChildGuard.restarting()),
                    new HeapBudget(ProcessingSettings.of(node.config()).pictureHeap()),
                    new CheckpointMeter(),
                    () -> {}));
    runner.tell(
        new RunnerMessage.Begin(
            new SessionWork.Run(
                "paused",
                new SessionWork.Remaining(
                    new Workflow.TextEmbedding(TestModels.ID, 1),
                    "",
                    List.of(node.artifacts.input("one\n")),
                    WorkClass.STANDARD,
                    "",
                    1,
                    List.of(BATCH),
                    List.of(),
                    List.of(),
                    false),
                journal.getRef())));
    journal.expectMessageClass(SessionProtocol.RunnerStarted.class, WorkHarness.PATIENCE);
  }

  @AfterEach
  void end() {
    node.close();
  }

  private <T extends InferenceCommand> T asked(Class<T> type) {
    return inference.expectMessageClass(type, WorkHarness.PATIENCE);
  }

  private static void recorded(ActorRef<StatusReply<SessionProtocol.Recorded>> to, int attempt) {
    to.tell(
        StatusReply.success(
            new SessionProtocol.Recorded(
                false, attempt, attempt > 0 ? List.of() : List.of(BATCH), false)));
  }

  @Test
  void aStepComesDue_whilePaused_noTurnIsAskedFor_untilThePauseIsOver() {
    RequestTurn first = asked(RequestTurn.class);
    first.replyTo().tell(new TurnReply.Granted(first.turnId(), "cpu-0", 1, "model=tiny@ab"));
    recorded(
        journal
            .expectMessageClass(SessionProtocol.RecordDispatch.class, WorkHarness.PATIENCE)
            .replyTo(),
        1);
    InferenceCommand.UseTurn used = asked(InferenceCommand.UseTurn.class);
    used.replyTo()
        .tell(new TurnReply.Outcome.Interrupted(used.turnId(), "cpu-0", 1, "killed", null));
    SessionProtocol.RecordInterruption death =
        journal.expectMessageClass(SessionProtocol.RecordInterruption.class, WorkHarness.PATIENCE);

    runner.tell(new RunnerMessage.Pause(node.kit().system().ignoreRef()));
    recorded(death.replyTo(), 0);

    inference.expectNoMessage();
    assertEquals(TestModels.ID, asked(RequestTurn.class).modelId());
  }

  @Test
  void callInFlight_whenPaused_isNoFurtherAttempt_onceItGoesOn() {
    RequestTurn first = asked(RequestTurn.class);
    first.replyTo().tell(new TurnReply.Granted(first.turnId(), "cpu-0", 1, "model=tiny@ab"));
    recorded(
        journal
            .expectMessageClass(SessionProtocol.RecordDispatch.class, WorkHarness.PATIENCE)
            .replyTo(),
        1);
    asked(InferenceCommand.UseTurn.class);

    runner.tell(new RunnerMessage.Pause(node.kit().system().ignoreRef()));

    asked(InferenceCommand.ReleaseTurn.class);
    RequestTurn second = asked(RequestTurn.class);
    second.replyTo().tell(new TurnReply.Granted(second.turnId(), "cpu-1", 4, "model=tiny@ab"));
    assertTrue(
        journal
            .expectMessageClass(SessionProtocol.RecordDispatch.class, WorkHarness.PATIENCE)
            .goesOn());
  }

  @Test
  void turnInUse_whenPaused_isGivenBack_andAskedForAfterwards() {
    RequestTurn first = asked(RequestTurn.class);

    runner.tell(new RunnerMessage.Pause(node.kit().system().ignoreRef()));

    assertEquals(first.turnId(), asked(InferenceCommand.ReleaseTurn.class).turnId());
    inference.expectNoMessage();
    assertEquals(TestModels.ID, asked(RequestTurn.class).modelId());
  }
}
