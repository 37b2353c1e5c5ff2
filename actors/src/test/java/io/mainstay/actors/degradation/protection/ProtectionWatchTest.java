package io.mainstay.actors.degradation.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import akka.pattern.StatusReply;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.protection.ComponentHealth.Health;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProtectionWatchTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static ActorTestKit kit;
  private static ManualTime time;
  private final BlockingQueue<CompletableFuture<ComponentCensus>> asked =
      new LinkedBlockingQueue<>();
  private TestProbe<ModeCommand> modes;
  private TestProbe<RecoveryCommand.RaiseFault> faults;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(ManualTime.config());
    time = ManualTime.get(kit.system());
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void probes() {
    modes = kit.createTestProbe();
    faults = kit.createTestProbe();
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, faults.ref()));
  }

  private void watch(boolean on) {
    kit.spawn(
        ProtectionWatch.create(
            new ProtectionSettings(on, EVERY, EVERY, 0.3, 0.2, 2, 2),
            ModeSettings.of(ConfigFactory.load())
                .keyOf(ModeTrigger.CASCADE_FAILURE, "")
                .orElseThrow(),
            this::census,
            modes.ref()));
  }

  private CompletionStage<ComponentCensus> census() {
    CompletableFuture<ComponentCensus> answer = new CompletableFuture<>();
    asked.add(answer);
    return answer;
  }

  /** So many of ten are unhealthy at the next look; waits until the watch has asked. */
  private void look(int unhealthy) throws InterruptedException {
    CompletableFuture<ComponentCensus> answer = null;
    // The watch sets its timer once it has taken the answer before: time may have to pass again.
    for (int i = 0; answer == null && i < 100; i++) {
      time.timePasses(EVERY);
      answer = asked.poll(200, TimeUnit.MILLISECONDS);
    }
    List<ComponentHealth> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Health health = i < unhealthy ? Health.UNHEALTHY : Health.HEALTHY;
      all.add(new ComponentHealth("device/cpu-" + i, health, "failed"));
    }
    answer.complete(new ComponentCensus(all));
  }

  @Test
  void tooManyUnhealthy_raisesTheCascade_andEntersItsMode_onceUntilItIsOver() throws Exception {
    watch(true);
    look(4);
    look(3);
    look(4);
    look(4);
    ModeCommand.Enter enter = modes.expectMessageClass(ModeCommand.Enter.class, BOUND);
    faults.expectNoMessage(Duration.ZERO);
    EventMeta entered = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
    enter
        .replyTo()
        .tell(
            StatusReply.success(
                new ModeView(
                    List.of(new ModeView.Active(enter.key(), entered, List.of(), null)),
                    List.of(),
                    Restrictions.NONE)));
    RecoveryCommand.RaiseFault fault = faults.receiveMessage(BOUND);
    assertEquals(entered, fault.cause(), "fault and mode are one story");
    assertEquals(ErrorNames.CASCADE_PATTERN_DETECTED, fault.sign().error());
    assertTrue(
        fault.sign().evidence().startsWith("4 of 10 components are unhealthy (40 %): device/cpu-0"),
        fault.sign().evidence());
    assertEquals("emergency_mode", enter.key().code());
    assertEquals(ModeTrigger.CASCADE_FAILURE, enter.trigger());
    look(5);
    look(3);
    look(2);
    look(2);
    ModeCommand.Leave leave = modes.expectMessageClass(ModeCommand.Leave.class, BOUND);
    assertEquals(enter.key(), leave.key());
    assertEquals(enter.source(), leave.source());
    faults.expectNoMessage(Duration.ZERO);
  }

  @Test
  void modeThatIsRefused_keepsTheFaultFromNobody() throws Exception {
    watch(true);
    look(4);
    look(4);
    modes
        .expectMessageClass(ModeCommand.Enter.class, BOUND)
        .replyTo()
        .tell(StatusReply.error("the disk is full"));
    RecoveryCommand.RaiseFault fault = faults.receiveMessage(BOUND);
    assertEquals(ErrorNames.CASCADE_PATTERN_DETECTED, fault.sign().error());
    assertNull(fault.cause());
  }

  /** A full disk, or as many grounds as may be: the node is to protect itself all the same. */
  @Test
  void modeThatIsRefused_isAskedForAgain_untilItIsEntered_andTheFaultIsRaisedOnce()
      throws Exception {
    watch(true);
    look(4);
    look(4);
    modes
        .expectMessageClass(ModeCommand.Enter.class, BOUND)
        .replyTo()
        .tell(StatusReply.error("the disk is full"));
    faults.receiveMessage(BOUND);
    look(4);
    ModeCommand.Enter again = modes.expectMessageClass(ModeCommand.Enter.class, BOUND);
    again.replyTo().tell(StatusReply.success(ModeView.NORMAL));
    look(4);
    look(4);
    modes.expectNoMessage(Duration.ZERO);
    faults.expectNoMessage(Duration.ZERO);
    look(0);
    look(0);
    modes
        .expectMessageClass(ModeCommand.Leave.class, BOUND)
        .replyTo()
        .tell(StatusReply.error("the disk is full"));
    look(0);
    modes
        .expectMessageClass(ModeCommand.Leave.class, BOUND)
        .replyTo()
        .tell(StatusReply.success(ModeView.NORMAL));
    look(0);
    look(0);
    modes.expectNoMessage(Duration.ZERO);
  }

  @Test
  void modeThatNobodyAnswersFor_isAskedForAgain() throws Exception {
    watch(true);
    look(4);
    look(4);
    ModeCommand.Enter lost = modes.expectMessageClass(ModeCommand.Enter.class, BOUND);
    ModeCommand.Enter again = null;
    for (int i = 0; again == null && i < 20; i++) {
      look(4);
      try {
        again = modes.expectMessageClass(ModeCommand.Enter.class, Duration.ofMillis(200));
      } catch (AssertionError notYet) {
        // Its question has to time out first.
      }
    }
    assertEquals(lost.reason(), again.reason());
  }

  @Test
  void modeThatTheSettingsKeepOut_isAskedForOnce() throws Exception {
    watch(true);
    look(4);
    look(4);
    modes
        .expectMessageClass(ModeCommand.Enter.class, BOUND)
        .replyTo()
        .tell(StatusReply.error(Refusal.of("trigger_not_listed", "kept out", "List it")));
    faults.receiveMessage(BOUND);
    look(4);
    look(4);
    look(4);
    modes.expectNoMessage(Duration.ZERO);
  }

  @Test
  void watchThatIsOff_takesBackUntilItIsAnswered() {
    watch(false);
    modes
        .expectMessageClass(ModeCommand.Leave.class, BOUND)
        .replyTo()
        .tell(StatusReply.error("the disk is full"));
    ModeCommand.Leave again = null;
    for (int i = 0; again == null && i < 20; i++) {
      time.timePasses(EVERY);
      try {
        again = modes.expectMessageClass(ModeCommand.Leave.class, Duration.ofMillis(200));
      } catch (AssertionError notYet) {
        // Its timer is set once it has taken the answer.
      }
    }
    again.replyTo().tell(StatusReply.success(ModeView.NORMAL));
    assertTrue(asked.isEmpty(), "nothing is looked at");
  }

  @Test
  void whatAnEarlierLifeSaid_isTakenBack_alsoWhenTheWatchIsOff() throws Exception {
    watch(true);
    look(0);
    look(0);
    ModeKey key = modes.expectMessageClass(ModeCommand.Leave.class, BOUND).key();
    watch(false);
    assertEquals(key, modes.expectMessageClass(ModeCommand.Leave.class, BOUND).key());
  }
}
