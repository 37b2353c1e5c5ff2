package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationAbortionTest {
  private static final String ONE = "01JD0000000000000000000001";
  private static final String TWO = "01JD0000000000000000000002";
  private static final String ERROR = "inference_model_incompatibility";

  private final RecoveryStage stage = new RecoveryStage(StandInActions::add);
  private final List<HoldCommand.Abort> aborted = new CopyOnWriteArrayList<>();
  private volatile String state = "running";

  @AfterEach
  void end() {
    stage.close();
  }

  @Test
  void sessionOfTheFault_isEnded_withWhyAndWhatCouldBeUsedInstead() throws Exception {
    serve(detail(List.of()), Map.of("runner-" + ONE, Set.of("m")));
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform(
                "graceful_operation_abortion", ERROR, "session/" + ONE + "/0-8/model/m", Map.of()));
    HoldCommand.Abort abort = aborted.get(0);
    assertEquals(ONE, abort.sessionId());
    assertEquals(ERROR, abort.why().code());
    assertTrue(abort.why().getMessage().contains("m cannot be used (broken)"), abort.toString());
    assertTrue(abort.why().remedy().contains("[other]"), abort.why().remedy());
    assertTrue(done.evidence().contains(ONE + " failed (" + ERROR + ")"), done.evidence());
  }

  @Test
  void sessionThatIsOverAlready_isLetBe() throws Exception {
    state = "completed";
    serve(detail(List.of()), Map.of());
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform(
                "graceful_operation_abortion", ERROR, "session/" + ONE + "/0-8/model/m", Map.of()));
    assertEquals(List.of(), aborted);
    assertTrue(done.evidence().contains(ONE + " completed"), done.evidence());
  }

  @Test
  void modelThatIsLoadedNowhere_endsAllThatHoldIt_butThoseWithAStandIn() {
    Map<String, Set<String>> held =
        Map.of("runner-" + ONE, Set.of("m"), "runner-" + TWO, Set.of("m", "other"));
    assertEquals(Set.of(ONE), affected("model/m", detail(List.of()), held));
    assertEquals(Set.of(), affected("model/m", detail(List.of("cpu-0")), held));
    assertEquals(Set.of(), affected("session/" + TWO + "/model/m", detail(List.of()), held));
  }

  private static Set<String> affected(
      String subject, ModelDetail detail, Map<String, Set<String>> held) {
    return OperationAbortion.affected(
        subject, detail, new ModelFacts(List.of(), List.of(), held, Map.of()));
  }

  private void serve(ModelDetail detail, Map<String, Set<String>> held) {
    stage.model =
        told -> {
          if (told instanceof ModelCommand.ListModels list) {
            list.replyTo().tell(new ModelCommand.ModelList(List.of(detail.model())));
          } else if (told instanceof ModelCommand.Show show) {
            show.replyTo().tell(StatusReply.success(detail));
          } else if (told instanceof ModelCommand.Resolve resolve) {
            resolve.replyTo().tell(StatusReply.error(Refusal.of("model_broken", "broken", "")));
          } else if (told instanceof ModelCommand.GetFacts get) {
            get.replyTo().tell(new ModelFacts(List.of(), List.of(), held, Map.of()));
          }
        };
    stage.inference =
        told -> {
          if (told instanceof InferenceCommand.GetFacts get) {
            get.replyTo().tell(new InferenceCommand.Facts(List.of(), List.of()));
          }
        };
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo()
                .tell(
                    new ProcessingCommand.Facts(
                        state.equals("running") ? Set.of(ONE) : Set.of(),
                        Set.of(),
                        Set.of(),
                        Map.of(),
                        Map.of()));
          } else if (told instanceof ProcessingCommand.GetSession get) {
            get.replyTo().tell(StatusReply.success(view()));
          } else if (told instanceof HoldCommand.Abort abort) {
            aborted.add(abort);
            state = "failed";
            abort
                .replyTo()
                .tell(StatusReply.success(new SessionProtocol.Recorded(true, 0, List.of(), false)));
          }
        };
  }

  private SessionView view() {
    boolean over = !state.equals("running");
    return new SessionView(
        ONE,
        "text-embedding",
        state,
        WorkClass.values()[0],
        8,
        4,
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        "",
        Instant.EPOCH,
        over ? Instant.EPOCH : null,
        state.equals("failed") ? ERROR : "",
        "",
        "",
        List.of(),
        2,
        List.of());
  }

  private static ModelDetail detail(List<String> devices) {
    ModelView model =
        new ModelView(
            "m",
            "1",
            "text-embedding",
            "broken",
            devices,
            1,
            1,
            true,
            "",
            "",
            "",
            "",
            List.of(),
            0,
            0,
            List.of());
    return new ModelDetail(
        model,
        "",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        new Alternatives(
            "m",
            List.of(
                new Alternatives.Candidate(
                    3, "similar_capability_model", "other", "", "same kind")),
            List.of()));
  }
}
