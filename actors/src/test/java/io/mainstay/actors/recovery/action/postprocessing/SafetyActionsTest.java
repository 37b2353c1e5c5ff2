package io.mainstay.actors.recovery.action.postprocessing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.SafetyLimits;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import io.mainstay.persistence.review.ReviewQueue;
import io.mainstay.persistence.serialization.EventMeta;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetyActionsTest {
  private static final String FAILURE = "safety_validation_system_failure";
  private static final String VIOLATION = "postprocessing_safety_policy_violation";
  private static final Map<String, String> LOUD = Map.of("logging-level", "critical");

  @TempDir Path directory;
  private final List<EventMeta> causes = new CopyOnWriteArrayList<>();
  private final List<AlertCommand> alerts = new CopyOnWriteArrayList<>();
  private final AtomicReference<ModeView> holds = new AtomicReference<>(ModeView.NORMAL);
  private Path policy;
  private RecoveryStage stage;

  @BeforeEach
  void begin() throws Exception {
    policy = Files.writeString(directory.resolve("policy.json"), "{ damaged");
    stage =
        new RecoveryStage(
            SafetyActions::add,
            ActorTestKit.create(
                RecoveryStage.config(
                    "mainstay.recovery.safety.look-again = 20ms\n"
                        + "mainstay.postprocessing.safety.policy = \""
                        + policy
                        + "\"\n"
                        + "mainstay.processing.pictures.safety.policy = \""
                        + policy
                        + "\"")),
            null,
            null);
    stage.model =
        told -> {
          if (told instanceof ModelCommand.Resolve resolve) {
            resolve.replyTo().tell(StatusReply.error(Refusal.of("unknown_model", "none", "-")));
          } else if (told instanceof ModelCommand.ListModels list) {
            list.replyTo().tell(new ModelCommand.ModelList(List.of()));
          }
        };
    stage.modes = this::modes;
    stage.alerts =
        told -> {
          alerts.add(told);
          if (told instanceof AlertCommand.Raise raise && raise.replyTo() != null) {
            raise.replyTo().tell(Done.getInstance());
          }
        };
    answerReviews(2);
  }

  private void answerReviews(int open) {
    stage.reviews =
        told -> {
          if (told instanceof ReviewQueue.ListReviews list) {
            list.replyTo().tell(new ReviewQueue.Page(open + 1, open, List.of()));
          }
        };
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private void modes(ModeCommand told) {
    if (told instanceof ModeCommand.Get get) {
      get.replyTo().tell(holds.get());
    } else if (told instanceof ModeCommand.Enter enter) {
      causes.add(enter.cause());
      holds.set(careful(enter));
      enter.replyTo().tell(StatusReply.success(holds.get()));
    } else if (told instanceof ModeCommand.Leave leave) {
      holds.set(ModeView.NORMAL);
      leave.replyTo().tell(StatusReply.success(ModeView.NORMAL));
    }
  }

  private static ModeView careful(ModeCommand.Enter enter) {
    assertEquals(ModeKey.of(DegradationMode.SAFETY_FIRST_MODE), enter.key());
    Restrictions none = Restrictions.NONE;
    return new ModeView(
        List.of(
            new ModeView.Active(
                enter.key(),
                EventMeta.root("M1", Instant.EPOCH),
                List.of(
                    new ModeView.Ground(
                        enter.trigger(), enter.source(), enter.reason(), Instant.EPOCH)),
                null)),
        List.of(),
        new Restrictions(
            Set.of("safety_first_mode"),
            none.work(),
            none.models(),
            none.inference(),
            none.devices(),
            none.memory(),
            new SafetyLimits(0, 0, true),
            none.off(),
            none.affectedModels()));
  }

  @Test
  void failure_makesTheNodeCareful_untilThePolicyCanBeReadAgain() throws Exception {
    RecoveryStepOutcome.Done blocked = done("block_all_potentially_unsafe_content", FAILURE);
    assertTrue(blocked.evidence().contains("safety_first_mode holds"), blocked.evidence());
    assertEquals(1, holds.get().active().size());
    assertEquals(List.of(stage.cause()), causes, "the step led to the mode");

    // No look takes it back while the policy is damaged.
    Awaitility.await()
        .during(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(20))
        .until(() -> holds.get().active().size() == 1);

    Files.writeString(policy, SafetyPolicies.valid());
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> holds.get().active().isEmpty());
    assertInstanceOf(AlertCommand.Clear.class, alerts.get(alerts.size() - 1));
  }

  @Test
  void failure_isToldToAdministrators_once() throws Exception {
    done("log_safety_system_failure", FAILURE);
    AlertCommand.Raise raise = assertInstanceOf(AlertCommand.Raise.class, alerts.get(0));
    assertEquals(SafetyReturn.ALERT, raise.kind());
    assertEquals(stage.cause(), raise.cause());
  }

  @Test
  void violation_isTheGatesOwnWork_andMakesNobodyCareful() throws Exception {
    Files.writeString(policy, SafetyPolicies.valid());
    RecoveryStepOutcome.Done done = done("block_all_potentially_unsafe_content", VIOLATION);
    assertTrue(done.evidence().contains("reject"), done.evidence());
    done("log_safety_system_failure", VIOLATION);
    assertEquals(ModeView.NORMAL, holds.get());
    assertEquals(List.of(), alerts);
  }

  @Test
  void queueOfReviews_mustAnswer() throws Exception {
    assertTrue(done("enable_manual_review_queue", FAILURE).evidence().contains("2 pictures"));
    answerReviews(1000);
    Failed full =
        assertInstanceOf(
            Failed.class,
            stage.perform("enable_manual_review_queue", FAILURE, "postprocessing", LOUD));
    assertEquals("review_queue_full", full.code());
    stage.reviews = told -> {};
    assertInstanceOf(
        Failed.class,
        stage.performShortly("enable_manual_review_queue", FAILURE, "postprocessing", LOUD));
  }

  @Test
  void rules_areEnough_ifTheyKnowAllThatThePolicyForbids() throws Exception {
    Files.writeString(policy, SafetyPolicies.valid());
    RecoveryStepOutcome.Done known = done("rule_based_content_filter", FAILURE);
    assertTrue(known.enough(), known.evidence());
    Files.writeString(policy, SafetyPolicies.forbidding("nudity"));
    RecoveryStepOutcome.Done unknown = done("rule_based_content_filter", FAILURE);
    assertEquals(false, unknown.enough(), unknown.evidence());
  }

  @Test
  void damagedPolicy_isNoValidator_whileTheNodeIsNotCareful() throws Exception {
    assertInstanceOf(
        Failed.class, stage.perform("rule_based_content_filter", FAILURE, "postprocessing", LOUD));
  }

  @Test
  void classifier_thatIsNotThere_isNoValidator() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    assertInstanceOf(
        Failed.class, stage.perform("simplified_ml_classifier", FAILURE, "postprocessing", LOUD));
  }

  /** Poor pictures are a person's; unsafe ones want another validator beside that. */
  @Test
  void queueOfReviews_isEnough_wherePicturesArePoor() throws Exception {
    Files.writeString(policy, SafetyPolicies.valid());
    assertFalse(done("enable_manual_review_queue", FAILURE).enough());
    RecoveryStepOutcome.Done poor = done("enable_manual_review_queue", "below_quality_threshold");
    assertTrue(poor.enough(), poor.evidence());
    assertTrue(poor.evidence().contains("has a picture below a quality of"), poor.evidence());
  }

  /** Another sound one is there, and the gate would not ask it. */
  @Test
  void classifier_isTheGatesOwn_andNotOneWhoseFilesAreDamaged() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    List<String> loads = new CopyOnWriteArrayList<>();
    stage.model =
        told -> {
          if (told instanceof ModelCommand.Verify verify) {
            verify
                .replyTo()
                .tell(
                    StatusReply.success(
                        new ModelCommand.Verified(
                            List.of(
                                new ModelVerification(
                                    verify.modelId(),
                                    "1",
                                    "",
                                    2,
                                    30,
                                    "its checksum is another")))));
          } else if (told instanceof ModelCommand.EnsureLoaded load) {
            loads.add(load.modelId());
          }
        };
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.perform("simplified_ml_classifier", FAILURE, "postprocessing", LOUD));
    assertEquals("no_safety_classifier", failed.code());
    assertTrue(failed.message().contains("its checksum is another"), failed.message());
    assertEquals(List.of(), loads);
  }

  private RecoveryStepOutcome.Done done(String action, String error) throws Exception {
    return assertInstanceOf(
        RecoveryStepOutcome.Done.class,
        stage.perform(action, error, "postprocessing/safety", LOUD));
  }
}
