package io.mainstay.actors.recovery.escalation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import akka.pattern.StatusReply;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeKeeper;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.support.LocalConfig;
import io.mainstay.persistence.escalation.EscalationEvent;
import io.mainstay.persistence.escalation.EscalationEvent.EscalationDecided;
import io.mainstay.persistence.escalation.EscalationEvent.RecoveryNotBegun;
import io.mainstay.persistence.escalation.EscalationSettings;
import io.mainstay.persistence.escalation.EscalationState;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.identity.UlidGenerator;
import io.mainstay.persistence.mode.ModeEvent;
import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.WorkerBlame;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultLedgerTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final ErrorCatalog CATALOG = ErrorCatalog.load(ConfigFactory.load());
  private static ActorTestKit kit;

  /** Set by the test. */
  private static final class Now extends Clock {
    private Instant instant = Instant.parse("2026-11-22T10:00:00Z");

    void pass(Duration time) {
      instant = instant.plus(time);
    }

    @Override
    public Instant instant() {
      return instant;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final Now now = new Now();
  private final EventStamper stamper = new EventStamper(now, new UlidGenerator(now, new Random(7)));
  private EventSourcedBehaviorTestKit<LedgerCommand, EscalationEvent, EscalationState> ledger;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(LocalConfig.with(EventSourcedBehaviorTestKit.config()));
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void createLedger() {
    ledger =
        EventSourcedBehaviorTestKit.create(
            kit.system(),
            FaultLedger.create(
                "n1",
                CATALOG,
                EscalationPolicy.of(ConfigFactory.load()),
                EscalationSettings.of(ConfigFactory.load()),
                stamper),
            EventSourcedBehaviorTestKit.enabledSerializationSettings().withVerifyCommands(false));
    ledger.clear();
  }

  private LedgerCommand.Note note(ErrorNames error, String component, Severity severity) {
    return new LedgerCommand.Note(
        new Fault(CATALOG.get(error), component, WorkerBlame.WORKER, "seen", null),
        severity,
        List.of(),
        1,
        stamper.root());
  }

  private EscalationDecided decided(ErrorNames error, String component, Severity severity) {
    return ledger.runCommand(note(error, component, severity)).eventOfType(EscalationDecided.class);
  }

  @Test
  void fault_isDecidedJournaledAndThenOffered() {
    TestProbe<EscalationDecision> heard = kit.createTestProbe();
    ledger.runCommand(new LedgerCommand.Subscribe(heard.ref()));
    LedgerCommand.Note note =
        note(ErrorNames.INFERENCE_ENGINE_FAILURE, "inference/cpu-0", Severity.CRITICAL);
    EscalationDecided event = ledger.runCommand(note).eventOfType(EscalationDecided.class);
    assertEquals(note.raised().eventId(), event.meta().causeId());
    assertEquals("emergency_recovery", event.recovery());
    assertEquals("inference_engine_recovery", event.strategy());
    assertEquals("inference_engine_failure_restart", event.cascade());
    assertEquals("after_recovery", event.manualGate());
    assertEquals("system_restart_consideration", event.impact());
    assertEquals("priority_1_critical_path", event.pairPriority());
    EscalationDecision decision = heard.receiveMessage(BOUND);
    assertEquals(note.fault(), decision.fault());
    assertEquals(event.meta(), decision.decided());
    assertEquals(note.raised(), decision.raised());
  }

  @Test
  void recoveryThatIsNotBegun_isJournaledAsTheEscalationsConsequence_andChangesNothing() {
    TestProbe<EscalationDecision> heard = kit.createTestProbe();
    ledger.runCommand(new LedgerCommand.Subscribe(heard.ref()));
    decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM);
    EscalationDecision decision = heard.receiveMessage(BOUND);
    EscalationState before = ledger.getState();
    RecoveryNotBegun event =
        ledger
            .runCommand(
                new LedgerCommand.NotBegun(
                    decision, "inference_engine_recovery", "joined", "R1", "E1"))
            .eventOfType(RecoveryNotBegun.class);
    assertEquals(decision.decided().eventId(), event.meta().causeId());
    assertEquals("worker_process_died", event.code());
    assertEquals("device/cpu-0", event.component());
    assertEquals("R1", event.recoveryId());
    assertEquals("E1", event.escalationId());
    assertEquals(before, ledger.getState());
  }

  @Test
  void frequency_countsWhatComesAgainAndForgetsItAfterAnHour() {
    assertFalse(decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM).counted());
    for (int again = 1; again <= 11; again++) {
      now.pass(Duration.ofSeconds(10));
      EscalationDecided event =
          decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM);
      assertTrue(event.counted());
      assertEquals(again, event.perHourOfError());
      assertEquals(again < 5 ? 1 : again <= 10 ? 2 : 3, event.level());
      assertEquals(again > 10, event.protection());
    }
    assertFalse(decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-1", Severity.MEDIUM).counted());
    EscalationDecided kindred =
        decided(ErrorNames.MEMORY_PRESSURE_WARNING, "memory/cpu-0", Severity.HIGH);
    assertEquals(0, kindred.perHourOfDomain());
    now.pass(Duration.ofMinutes(58));
    assertEquals(
        3, decided(ErrorNames.DEVICE_CAPABILITY_MISMATCH, "device/x", Severity.LOW).level());
    now.pass(Duration.ofMinutes(3));
    assertEquals(
        0, decided(ErrorNames.DEVICE_CAPABILITY_MISMATCH, "device/x", Severity.LOW).level());
  }

  @Test
  void errorThatWasRecovered_isAnotherOneWhenItComesAgain() {
    for (int again = 0; again < 20; again++) {
      assertFalse(
          decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM).counted());
      ledger.runCommand(
          new LedgerCommand.RecoveryEnded(
              ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", 1, true, stamper.root(), null));
      now.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void whatIsIsolated_countsNoFurther() {
    ModeName isolated = new ModeName("device_isolation", "", "cpu-0");
    holds(
        ModeState.empty()
            .after(new ModeEvent.ModeEntered(stamper.root(), isolated, "broken", List.of())));
    try {
      for (int again = 0; again < 20; again++) {
        now.pass(Duration.ofSeconds(1));
        assertFalse(
            decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM).counted());
        assertEquals(
            again > 0,
            decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-1", Severity.MEDIUM).counted());
      }
    } finally {
      holds(ModeState.empty());
    }
  }

  private static void holds(ModeState state) {
    ModeSettings settings = ModeSettings.of(ConfigFactory.load());
    ModeKeeper.resume(
        kit.system(), settings, new ModeRules(settings, List.of("cpu-0", "cpu-1")), state);
  }

  @Test
  void counts_gatesAndTallies_surviveARestart() {
    decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM);
    decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM);
    decided(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-0", Severity.CRITICAL);
    EscalationState before = ledger.getState();
    ledger.restart();
    assertEquals(before, ledger.getState());
    TestProbe<LedgerCommand.View> view = kit.createTestProbe();
    ledger.runCommand(new LedgerCommand.Get(view.ref()));
    LedgerCommand.View seen = view.receiveMessage(BOUND);
    assertEquals(
        List.of("worker_process_died", "primary_device_failure"),
        seen.tallies().stream().map(EscalationState.Tally::code).toList());
    assertEquals(2, seen.tallies().get(0).faults());
    assertEquals(1, seen.tallies().get(0).counted());
    assertEquals(List.of(new LedgerCommand.View.PerHour("worker_process_died", 1)), seen.perHour());
    assertEquals("primary_device_failure", seen.gates().get(0).code());
    assertEquals(
        2,
        decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM).perHourOfError());
  }

  @Test
  void recovery_thatTookASecondAttempt_counts() {
    decided(ErrorNames.MODEL_CACHE_CORRUPTION, "model/minilm", Severity.HIGH);
    TestProbe<Done> told = kit.createTestProbe();
    EventMeta cause = stamper.root();
    ledger.runCommand(
        new LedgerCommand.RecoveryEnded(
            ErrorNames.MODEL_CACHE_CORRUPTION, "model/minilm", 1, true, cause, told.ref()));
    told.receiveMessage(BOUND);
    assertEquals(0, ledger.getState().counted().size());
    ledger.runCommand(
        new LedgerCommand.RecoveryEnded(
            ErrorNames.MODEL_CACHE_CORRUPTION, "model/minilm", 2, true, cause, null));
    ledger.runCommand(
        new LedgerCommand.RecoveryEnded(
            ErrorNames.MODEL_CACHE_CORRUPTION, "model/minilm", 1, false, cause, null));
    assertEquals(2, ledger.getState().counted().size());
    assertEquals(2, ledger.getState().tally("model_cache_corruption").orElseThrow().counted());
  }

  @Test
  void gate_opensOnlyByAPerson() {
    TestProbe<StatusReply<Done>> answers = kit.createTestProbe();
    ledger.runCommand(
        new LedgerCommand.Acknowledge("primary_device_failure", "alice", "", answers.ref()));
    assertTrue(answers.receiveMessage(BOUND).isError());
    decided(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-0", Severity.CRITICAL);
    decided(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-0", Severity.CRITICAL);
    assertEquals(1, ledger.getState().gates().size());
    decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.HIGH);
    assertEquals(1, ledger.getState().gates().size());
    ledger.runCommand(
        new LedgerCommand.Acknowledge("primary_device_failure", "alice", "seen", answers.ref()));
    assertTrue(answers.receiveMessage(BOUND).isSuccess());
    assertEquals(List.of(), ledger.getState().gates());
  }

  @Test
  void severalCriticalErrors_areSaidOnceAsMany() {
    TestProbe<RecoveryCommand.RaiseFault> said = kit.createTestProbe();
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, said.ref()));
    decided(ErrorNames.SYSTEM_OUT_OF_MEMORY, "memory/system", Severity.CRITICAL);
    decided(ErrorNames.SYSTEM_OUT_OF_MEMORY, "memory/system", Severity.CRITICAL);
    decided(ErrorNames.MODEL_CACHE_CORRUPTION, "model/a", Severity.CRITICAL);
    decided(ErrorNames.MODEL_CACHE_CORRUPTION, "model/b", Severity.CRITICAL);
    EscalationDecided third =
        decided(ErrorNames.INFERENCE_ENGINE_FAILURE, "inference/cpu-0", Severity.CRITICAL);
    RecoveryCommand.RaiseFault many = said.receiveMessage(BOUND);
    assertEquals(ErrorNames.MULTIPLE_CRITICAL_FAILURES, many.sign().error());
    assertEquals(third.meta().eventId(), many.cause().eventId());
    decided(ErrorNames.MULTIPLE_CRITICAL_FAILURES, "node", Severity.CRITICAL);
    assertEquals(List.of(), ledger.getState().criticals());
    decided(ErrorNames.MODEL_CACHE_CORRUPTION, "model/c", Severity.CRITICAL);
    said.expectNoMessage();
  }

  @Test
  void subscriberThatIsGone_isForgotten() {
    TestProbe<EscalationDecision> heard = kit.createTestProbe();
    TestProbe<EscalationDecision> stays = kit.createTestProbe();
    ledger.runCommand(new LedgerCommand.Subscribe(heard.ref()));
    ledger.runCommand(new LedgerCommand.Subscribe(stays.ref()));
    heard.stop();
    ledger.runCommand(new LedgerCommand.Gone(heard.ref()));
    decided(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", Severity.MEDIUM);
    assertEquals(ErrorNames.WORKER_PROCESS_DIED, stays.receiveMessage(BOUND).escalation().error());
  }
}
