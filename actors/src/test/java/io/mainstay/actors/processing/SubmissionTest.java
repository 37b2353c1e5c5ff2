package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.output.OutputRoots;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a submitter is told when the submission is stopped half way. */
class SubmissionTest {
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";

  @TempDir Path directory;
  private WorkHarness node;
  private TestProbe<SubmitReply> submitter;
  private TestProbe<SessionProtocol.Command> session;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "mainstay.processing.retry-after = 1500ms");
    submitter = node.kit().createTestProbe();
    session = node.kit().createTestProbe();
  }

  @AfterEach
  void end() {
    node.close();
  }

  private ActorRef<Submission.Step> submit(ActorRef<ModelCommand> models) throws Exception {
    return node.kit()
        .spawn(
            Submission.create(
                SESSION,
                new ProcessingCommand.Submit(
                    new Workflow.TextEmbedding(TestModels.ID, 1),
                    List.of(node.artifacts.input("hello\n")),
                    WorkClass.STANDARD,
                    "",
                    "test",
                    submitter.getRef()),
                ProcessingSettings.of(node.config()),
                new ProcessingCollaborators(
                    id -> session.getRef(),
                    () -> SESSION,
                    List::of,
                    node.kit().<InferenceCommand>createTestProbe().getRef(),
                    models,
                    node.kit().<PostprocessingCommand>createTestProbe().getRef(),
                    node.artifacts,
                    node.models.textModels(),
                    OutputRoots.of(node.config()),
                    CheckpointSettings.of(node.config()).holds(System::nanoTime),
                    (id, index, reason, text) -> CompletableFuture.completedStage(Done.done()),
                    SessionReservations.none(),
                    ChildGuard.restarting()),
                node.kit().<Submission.Over>createTestProbe().getRef()));
  }

  @Test
  void stoppedBeforeTheSessionWasAsked_isToldToRetry() throws Exception {
    TestProbe<ModelCommand> silent = node.kit().createTestProbe();
    ActorRef<Submission.Step> submission = submit(silent.getRef());
    silent.expectMessageClass(ModelCommand.ResolveUsable.class, WorkHarness.PATIENCE);

    node.kit().stop(submission);

    SubmitReply.Busy busy =
        assertInstanceOf(SubmitReply.Busy.class, submitter.receiveMessage(WorkHarness.PATIENCE));
    assertEquals(1500, busy.retryAfterMillis());
  }

  @Test
  void stoppedBeforeTheSessionAnswered_isNotToldThatThereIsNone() throws Exception {
    ActorRef<Submission.Step> submission = submit(node.kit().spawn(node.models.behavior()));
    session.expectMessageClass(SessionProtocol.Accept.class, WorkHarness.PATIENCE);

    node.kit().stop(submission);

    SubmitReply.Refused refused =
        assertInstanceOf(SubmitReply.Refused.class, submitter.receiveMessage(WorkHarness.PATIENCE));
    assertEquals("outcome_unknown", refused.code());
    submitter.expectNoMessage();
  }
}
