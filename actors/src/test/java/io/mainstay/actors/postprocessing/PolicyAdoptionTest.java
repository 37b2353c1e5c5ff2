package io.mainstay.actors.postprocessing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetySettings;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.SafetyPolicyEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PolicyAdoptionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ActorTestKit kit;
  private TestProbe<ModelCommand> models;
  private TestProbe<HistoryLog.Command<SafetyPolicyEvent>> log;

  @BeforeEach
  void start() {
    kit = ActorTestKit.create(ConfigFactory.load());
    models = kit.createTestProbe();
    log = kit.createTestProbe();
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private static PolicySource source(SafetySettings.Strictness strictness) {
    return new PolicySource(new SafetySettings(Optional.empty(), strictness, 0.03, 1));
  }

  /** Begins an adoption on a node without the model, up to its question to the log. */
  private HistoryLog.Recent<SafetyPolicyEvent> asked(
      SafetySettings.Strictness strictness, ActorRef<PolicyAdoption.Message>[] spawned) {
    spawned[0] =
        kit.spawn(
            PolicyAdoption.create(
                source(strictness),
                "safety-signs",
                models.getRef(),
                log.getRef(),
                EventStamper.system()));
    ModelCommand.Resolve resolve = (ModelCommand.Resolve) models.receiveMessage(PATIENCE);
    assertEquals("safety-signs", resolve.modelId());
    resolve.replyTo().tell(StatusReply.error(Refusal.of("unknown_model", "none", "-")));
    return (HistoryLog.Recent<SafetyPolicyEvent>) log.receiveMessage(PATIENCE);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static ActorRef<PolicyAdoption.Message>[] slot() {
    return new ActorRef[1];
  }

  private SafetyPolicyEvent.SafetyPolicyAdopted recorded() {
    HistoryLog.Record<SafetyPolicyEvent> record =
        (HistoryLog.Record<SafetyPolicyEvent>) log.receiveMessage(PATIENCE);
    return (SafetyPolicyEvent.SafetyPolicyAdopted) record.event();
  }

  @Test
  void aPolicyOfAnEmptyLog_isJournaled_andTheActorEnds() {
    var spawned = slot();
    asked(SafetySettings.Strictness.MODERATE, spawned)
        .replyTo()
        .tell(new HistoryLog.Recorded<>(0, List.of()));

    SafetyPolicyEvent.SafetyPolicyAdopted adopted = recorded();
    assertEquals(0.95, adopted.contentSafetyMinimum());
    assertEquals("reject", adopted.belowSafety());
    log.expectTerminated(spawned[0], PATIENCE);
  }

  @Test
  void theSamePolicyAgain_isNotJournaled() throws Exception {
    var spawned = slot();
    String sha256 = source(SafetySettings.Strictness.MODERATE).policy(null).sha256();
    asked(SafetySettings.Strictness.MODERATE, spawned)
        .replyTo()
        .tell(
            new HistoryLog.Recorded<>(
                1,
                List.of(
                    new SafetyPolicyEvent.SafetyPolicyAdopted(
                        EventMeta.root("E", Instant.EPOCH),
                        "v",
                        sha256,
                        0.95,
                        0,
                        "strict",
                        "reject",
                        "flag_for_review"))));

    log.expectTerminated(spawned[0], PATIENCE);
    log.expectNoMessage(Duration.ofMillis(1));
  }

  @Test
  void strictness_makesItAnotherPolicy() throws Exception {
    var spawned = slot();
    String moderate = source(SafetySettings.Strictness.MODERATE).policy(null).sha256();
    asked(SafetySettings.Strictness.STRICT, spawned)
        .replyTo()
        .tell(
            new HistoryLog.Recorded<>(
                1,
                List.of(
                    new SafetyPolicyEvent.SafetyPolicyAdopted(
                        EventMeta.root("E", Instant.EPOCH), "v", moderate, 0, 0, "", "", ""))));

    assertEquals(0.98, recorded().contentSafetyMinimum(), 1e-9);
  }
}
