package io.mainstay.actors.recovery.escalation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrequencyWatchTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Duration QUIET = Duration.ofMinutes(2);
  private static final ErrorCatalog CATALOG = ErrorCatalog.load(ConfigFactory.load());
  private static final EscalationPolicy POLICY = EscalationPolicy.of(ConfigFactory.load());
  private static ActorTestKit kit;
  private static ManualTime time;
  private final EventStamper stamper = EventStamper.system();
  private TestProbe<LedgerCommand> ledger;
  private TestProbe<ModeCommand> modes;

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
    ledger = kit.createTestProbe();
    modes = kit.createTestProbe();
  }

  private ActorRef<EscalationDecision> watch() {
    kit.spawn(FrequencyWatch.create(new FrequencySettings(true, QUIET), ledger.ref(), modes.ref()));
    return ledger.expectMessageClass(LedgerCommand.Subscribe.class, BOUND).subscriber();
  }

  private EscalationDecision decision(int perHour, boolean counted) {
    ErrorDefinition error = CATALOG.get(ErrorNames.DEVICE_DRIVER_CORRUPTION);
    EventMeta raised = stamper.root();
    Fault fault = new Fault(error, "device/cpu-0", "seen", raised);
    return new EscalationDecision(
        fault,
        Escalation.decide(error, error.severity(), fault.blame(), perHour, perHour, POLICY),
        raised,
        stamper.causedBy(raised),
        counted);
  }

  private ModeCommand.Enter entered() {
    ModeCommand.Enter enter = modes.expectMessageClass(ModeCommand.Enter.class, BOUND);
    enter.replyTo().tell(StatusReply.success(ModeView.NORMAL));
    return enter;
  }

  @Test
  void fiveToTenInAnHour_degradeTheNode_untilTheQuietTimeIsOver() {
    ActorRef<EscalationDecision> decisions = watch();
    decisions.tell(decision(4, true));
    decisions.tell(decision(11, true));
    decisions.tell(decision(5, false));
    EscalationDecision fifth = decision(5, true);
    decisions.tell(fifth);
    ModeCommand.Enter enter = entered();
    assertEquals(FrequencyWatch.MODE, enter.key());
    assertEquals(ModeTrigger.ERROR_FREQUENCY, enter.trigger());
    assertEquals(FrequencyWatch.SOURCE, enter.source());
    assertEquals(fifth.decided(), enter.cause());
    time.timePasses(QUIET.minusSeconds(1));
    decisions.tell(decision(6, true));
    entered();
    time.timePasses(QUIET.minusSeconds(1));
    modes.expectNoMessage(Duration.ZERO);
    time.timePasses(Duration.ofSeconds(1));
    ModeCommand.Leave leave = modes.expectMessageClass(ModeCommand.Leave.class, BOUND);
    assertEquals(FrequencyWatch.MODE, leave.key());
    assertEquals(FrequencyWatch.SOURCE, leave.source());
  }

  @Test
  void levelTwo_isFiveToTen_thatCounted() {
    for (int perHour = 0; perHour <= 20; perHour++) {
      boolean level = perHour >= 5 && perHour <= 10;
      assertEquals(level, FrequencyWatch.isReason(decision(perHour, true)), perHour + " per hour");
      assertFalse(FrequencyWatch.isReason(decision(perHour, false)));
    }
  }

  @Test
  void whatCouldNotBeEntered_isGivenAgain_andWhatCouldNotBeLeft_taken() {
    watch().tell(decision(5, true));
    modes
        .expectMessageClass(ModeCommand.Enter.class, BOUND)
        .replyTo()
        .tell(StatusReply.error("the disk is full"));
    untilNext(ModeCommand.Enter.class).replyTo().tell(StatusReply.success(ModeView.NORMAL));
    time.timePasses(QUIET);
    modes
        .expectMessageClass(ModeCommand.Leave.class, BOUND)
        .replyTo()
        .tell(StatusReply.error("the disk is full"));
    untilNext(ModeCommand.Leave.class);
  }

  /** An operator took error_frequency out of the mode's triggers. */
  @Test
  void whatTheSettingsKeepOut_isNotAskedForAgain() {
    ActorRef<EscalationDecision> decisions = watch();
    int times = 0;
    for (int i = 0; i < 6; i++) {
      decisions.tell(decision(5, true));
      try {
        ModeCommand.Enter enter =
            modes.expectMessageClass(ModeCommand.Enter.class, Duration.ofMillis(200));
        enter.replyTo().tell(StatusReply.error(notListed(enter)));
        times++;
      } catch (AssertionError none) {
        // It has taken the answer.
      }
    }
    // A question that was put before the answer came is one more.
    assertTrue(times == 1 || times == 2, times + " times");
    time.timePasses(Duration.ofSeconds(5));
    modes.expectNoMessage(Duration.ofMillis(50));
  }

  private static Refusal notListed(ModeCommand.Enter enter) {
    return Refusal.of("trigger_not_listed", enter.source() + " is kept out", "List its trigger");
  }

  /** Its timer is set once it has taken the answer: time may have to pass again. */
  private <C extends ModeCommand> C untilNext(Class<C> type) {
    for (int i = 0; i < 20; i++) {
      time.timePasses(Duration.ofSeconds(5));
      try {
        return modes.expectMessageClass(type, Duration.ofMillis(500));
      } catch (AssertionError notYet) {
        // Again.
      }
    }
    throw new AssertionError("no " + type.getSimpleName());
  }

  @Test
  void whatAnEarlierLifeSaid_isTakenBack_atOnceWhereItIsOff() {
    watch();
    time.timePasses(QUIET);
    assertEquals(
        FrequencyWatch.SOURCE, modes.expectMessageClass(ModeCommand.Leave.class, BOUND).source());
    kit.spawn(
        FrequencyWatch.create(new FrequencySettings(false, QUIET), ledger.ref(), modes.ref()));
    assertEquals(
        FrequencyWatch.SOURCE, modes.expectMessageClass(ModeCommand.Leave.class, BOUND).source());
  }

  @Test
  void shippedSettings_degrade_andTheModeListsTheTrigger() {
    assertTrue(FrequencySettings.of(ConfigFactory.load()).degrades());
    assertTrue(
        ModeSettings.of(ConfigFactory.load())
            .definition(FrequencyWatch.MODE)
            .triggers()
            .contains(ModeTrigger.ERROR_FREQUENCY));
  }
}
