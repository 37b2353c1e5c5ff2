package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.eventstream.EventStream;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationKind;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.casebook.CaseCommand;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecoveryCoordinatorTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final ActorTestKit KIT = ActorTestKit.create("coordinator");

  /** One that was to begin. */
  private record Begun(String id, RecoveryPlan plan, CompletableFuture<Done> durable) {}

  private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();

  /** Recoveries that led to what has an event as its cause. */
  private final Map<String, Set<String>> led = new ConcurrentHashMap<>();

  private final EventStamper stamper = EventStamper.system();
  private final AtomicLong nanos = new AtomicLong();
  private final TestProbe<LedgerCommand> ledger = KIT.createTestProbe();
  private final TestProbe<CaseCommand> cases = KIT.createTestProbe();
  private final TestProbe<AlertCommand> alerts = KIT.createTestProbe();
  private final TestProbe<NotificationCommand> notifications = KIT.createTestProbe();
  private ActorRef<CoordinatorCommand> coordinator;
  private ActorRef<EscalationDecision> decisions;

  @BeforeEach
  void open() {
    RecoveryBook book =
        RecoveryBook.load(
            ConfigFactory.parseString(
                """
                mainstay.cascades.device_failure_memory_cleanup {
                  flow = all, limit = 1s, steps = [ { domain = device, action = look, limit = 1s, proves = true } ]
                }
                mainstay.strategies {
                  primary_device_failover {
                    flow = all, limit = 1s, steps = [ { domain = device, action = look, limit = 1s, proves = true } ]
                  }
                  pre_operation_validation {
                    flow = all, limit = 1s, steps = [ { domain = device, action = look, limit = 1s, proves = true } ]
                  }
                }
                """),
            Set.of("look"));
    CoordinatorSettings settings =
        new CoordinatorSettings(
            2,
            2,
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(15),
            10,
            Duration.ofMillis(10),
            Duration.ofSeconds(1));
    coordinator =
        KIT.spawn(
            RecoveryCoordinator.create(
                settings,
                new RecoveryCoordinator.Collaborators(
                    "node-1",
                    book,
                    (id, plan, cause) -> {
                      CompletableFuture<Done> durable = new CompletableFuture<>();
                      begun.add(new Begun(id, plan, durable));
                      return durable;
                    },
                    eventId ->
                        CompletableFuture.completedFuture(led.getOrDefault(eventId, Set.of())),
                    ledger.ref(),
                    cases.ref(),
                    alerts.ref(),
                    notifications.ref(),
                    stamper,
                    nanos::get)));
    decisions = ledger.expectMessageClass(LedgerCommand.Subscribe.class, WAIT).subscriber();
  }

  @AfterAll
  static void close() {
    KIT.shutdownTestKit();
  }

  private Begun next() throws InterruptedException {
    Begun next = begun.poll(WAIT.toSeconds(), TimeUnit.SECONDS);
    next.durable().complete(Done.getInstance());
    return next;
  }

  private void raise(ErrorNames error, String subject) {
    decisions.tell(Engines.decision(error, subject, stamper.root()));
  }

  private void end(Begun one, RecoveryOutcome.End end) {
    EventMeta last = stamper.root();
    coordinator.tell(
        new CoordinatorCommand.Ended(
            new RecoveryOutcome(one.id(), one.plan(), end, "why", "because", last, false)));
  }

  /** What the journal is to say of one that is not begun. */
  private LedgerCommand.NotBegun notBegun() {
    return ledger.expectMessageClass(LedgerCommand.NotBegun.class, WAIT);
  }

  private CoordinatorCommand.View view() {
    TestProbe<CoordinatorCommand.View> probe = KIT.createTestProbe();
    coordinator.tell(new CoordinatorCommand.Get(probe.ref()));
    return probe.receiveMessage(WAIT);
  }

  @Test
  void errorWithACascade_hasThatFirst_thenItsStrategy_andTheLedgerLearnsOfEachEnd()
      throws Exception {
    raise(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-0");
    Begun cascade = next();
    assertEquals("device_failure_memory_cleanup", cascade.plan().name());
    assertEquals("device/cpu-0", cascade.plan().subject());
    assertEquals("primary_device_failover", view().waiting().get(0).name());
    end(cascade, RecoveryOutcome.End.RECOVERED);
    LedgerCommand.RecoveryEnded ended =
        ledger.expectMessageClass(LedgerCommand.RecoveryEnded.class, WAIT);
    assertTrue(ended.succeeded());
    Begun strategy = next();
    assertEquals("primary_device_failover", strategy.plan().name());
    end(strategy, RecoveryOutcome.End.ROLLED_BACK);
    assertFalse(ledger.expectMessageClass(LedgerCommand.RecoveryEnded.class, WAIT).succeeded());
    assertEquals(0, view().running().size());
  }

  private void endLate(Begun one, RecoveryOutcome.End end, boolean outOfTime) {
    coordinator.tell(
        new CoordinatorCommand.Ended(
            new RecoveryOutcome(
                one.id(),
                one.plan(),
                end,
                "recovery_aim_missed",
                "Not done within 1000 ms",
                stamper.root(),
                outOfTime)));
  }

  @Test
  void cascadeThatRanPastItsTime_isAnErrorOnce_andAStrategyIsNot() throws Exception {
    TestProbe<RecoveryCommand.RaiseFault> faults = KIT.createTestProbe();
    KIT.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, faults.ref()));
    raise(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-0");
    Begun cascade = next();
    endLate(cascade, RecoveryOutcome.End.ROLLED_BACK, true);
    endLate(cascade, RecoveryOutcome.End.ROLLED_BACK, true);
    RecoveryCommand.RaiseFault raised = faults.receiveMessage(WAIT);
    assertEquals(ErrorNames.CASCADE_TIMEOUT, raised.sign().error());
    assertEquals("device/cpu-0", raised.component());
    assertTrue(raised.sign().evidence().contains("device_failure_memory_cleanup"));
    assertTrue(raised.sign().evidence().contains(cascade.id()), raised.sign().evidence());
    Begun strategy = next();
    endLate(strategy, RecoveryOutcome.End.ROLLED_BACK, true);
    raise(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-1");
    Begun partly = next();
    endLate(partly, RecoveryOutcome.End.PARTLY_RECOVERED, true);
    Begun other = next();
    assertEquals("primary_device_failover", other.plan().name());
    raise(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-2");
    endLate(next(), RecoveryOutcome.End.ROLLED_BACK, false);
    // The strategy of the last one begins once its cascade's end was heard.
    end(other, RecoveryOutcome.End.RECOVERED);
    assertEquals("primary_device_failover", next().plan().name());
    faults.expectNoMessage(Duration.ofMillis(100));
  }

  /** notify-user-from is medium. */
  @Test
  void users_areToldOfARecovery_fromTheSeverityThatIsConfigured() throws Exception {
    for (Severity severity : List.of(Severity.HIGH, Severity.MEDIUM, Severity.LOW)) {
      decisions.tell(
          Engines.decision(
              ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0", severity, stamper.root()));
      Begun one = next();
      coordinator.tell(
          new CoordinatorCommand.Working(
              one.id(), one.plan(), one.plan().steps().get(0), stamper.root()));
      end(one, RecoveryOutcome.End.ROLLED_BACK);
      for (NotificationKind kind :
          List.of(NotificationKind.RECOVERY_PROGRESS, NotificationKind.RECOVERY_FAILED)) {
        NotificationCommand.Notify told =
            notifications.expectMessageClass(NotificationCommand.Notify.class, WAIT);
        assertEquals(kind, told.kind());
        assertEquals(severity != Severity.LOW, told.users(), severity + " " + kind);
      }
    }
  }

  @Test
  void whatIsInformationOnly_isNotRecovered() throws Exception {
    decisions.tell(
        Engines.decision(
            ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0", Severity.INFO, stamper.root()));
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-1");
    assertEquals("device/cpu-1", next().plan().subject());
    assertEquals(1, view().running().size());
  }

  @Test
  void beginningThatFails_isTriedAgain() throws Exception {
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0");
    Begun first = begun.poll(WAIT.toSeconds(), TimeUnit.SECONDS);
    first.durable().completeExceptionally(new IllegalStateException("disk full"));
    Begun again = next();
    assertEquals(first.plan(), again.plan());
  }

  @Test
  void oneOfAnEarlierLife_isKnownByItsSteps_andNotBegunTwice() throws Exception {
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-1");
    RecoveryPlan plan = next().plan();
    String earlier = stamper.nextId();
    RecoveryPlan other =
        new RecoveryPlan(
            plan.kind(),
            plan.name(),
            plan.nodeId(),
            plan.error(),
            "device/cpu-0",
            plan.priority(),
            plan.flow(),
            plan.limitMillis(),
            plan.steps());
    coordinator.tell(
        new CoordinatorCommand.Working(earlier, other, other.steps().get(0), stamper.root()));
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0");
    assertEquals(2, view().running().size());
    assertEquals(0, begun.size());
  }

  @Test
  void oneOfMany_saysWhatAnswersItInstead_andARepetitionSaysNothing() throws Exception {
    EscalationDecision fault =
        Engines.decision(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-0", stamper.root());
    decisions.tell(fault);
    Begun cascade = next();
    // Of the case book, which has it begin again where it may have been lost.
    coordinator.tell(new CoordinatorCommand.Released(fault));
    raise(ErrorNames.PRIMARY_DEVICE_FAILURE, "device/cpu-0");
    LedgerCommand.NotBegun runs = notBegun();
    assertEquals("joined", runs.why());
    assertEquals("device_failure_memory_cleanup", runs.recovery());
    assertEquals(cascade.id(), runs.recoveryId());
    assertEquals(fault.decided().eventId(), runs.escalationId());
    LedgerCommand.NotBegun waits = notBegun();
    assertEquals("primary_device_failover", waits.recovery());
    assertEquals("", waits.recoveryId());
    assertEquals(fault.decided().eventId(), waits.escalationId());
  }

  private void raise(String subject, EventMeta raised) {
    decisions.tell(Engines.decision(ErrorNames.DEVICE_DRIVER_CORRUPTION, subject, raised));
  }

  /** Its step provokes what it answers, about another device. */
  @Test
  void recoveryThatProvokesItsOwnTrigger_isNotBegunByIt_whileItRunsOrAfterwards() throws Exception {
    EventMeta outside = stamper.root();
    raise("device/cpu-0", outside);
    Begun one = next();
    EventMeta step = stamper.causedBy(outside);
    led.put(step.eventId(), Set.of(one.id()));
    raise("device/cpu-1", stamper.causedBy(step));
    LedgerCommand.NotBegun circle = notBegun();
    assertEquals("circle", circle.why());
    assertEquals(one.plan().name(), circle.recovery());
    assertEquals(one.id(), circle.recoveryId());
    assertEquals(List.of("device/cpu-0"), subjects());
    EventMeta over = stamper.causedBy(outside);
    coordinator.tell(
        new CoordinatorCommand.Ended(
            new RecoveryOutcome(
                one.id(),
                one.plan(),
                RecoveryOutcome.End.ROLLED_BACK,
                "why",
                "because",
                over,
                false)));
    EventMeta provoked = stamper.causedBy(step);
    raise("device/cpu-1", provoked);
    assertEquals(List.of(), subjects(), "it is over, and would begin again");

    // The same story goes on without it: that is news.
    raise("device/cpu-2", stamper.causedBy(outside));
    assertEquals("device/cpu-2", next().plan().subject());
    // A retry is planned, whatever led to its fault.
    coordinator.tell(
        new CoordinatorCommand.Again(
            stamper.nextId(),
            one.plan().name(),
            2,
            Engines.decision(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-1", provoked)));
    assertEquals("device/cpu-1", next().plan().subject());
  }

  @Test
  void oneOfAnEarlierLife_isNotBegunByWhatItProvokes() throws Exception {
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-1");
    RecoveryPlan plan = next().plan();
    String earlier = stamper.nextId();
    EventMeta step = stamper.causedBy(stamper.root());
    led.put(step.eventId(), Set.of(earlier));
    coordinator.tell(new CoordinatorCommand.Working(earlier, plan, plan.steps().get(0), step));
    raise("device/cpu-0", stamper.causedBy(step));
    assertEquals(2, view().running().size());
    assertEquals(0, begun.size());
  }

  @Test
  void chainThatIsLongOver_isForgotten() throws Exception {
    EventMeta outside = stamper.root();
    raise("device/cpu-0", outside);
    Begun one = next();
    coordinator.tell(
        new CoordinatorCommand.Ended(
            new RecoveryOutcome(
                one.id(), one.plan(), RecoveryOutcome.End.RECOVERED, "", "", outside, false)));
    EventMeta step = stamper.causedBy(outside);
    led.put(step.eventId(), Set.of(one.id()));
    assertEquals(List.of(), subjects());
    nanos.addAndGet(Duration.ofMinutes(15).toNanos());
    raise("device/cpu-1", stamper.causedBy(step));
    assertEquals("device/cpu-1", next().plan().subject());
  }

  /** Subjects of those that run. */
  private List<String> subjects() {
    return view().running().stream().map(CoordinatorCommand.Running::subject).toList();
  }

  @Test
  void callersMistakes_areAnsweredOnceInAWhile() throws Exception {
    raise(ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE, "gateway/Infer");
    end(next(), RecoveryOutcome.End.RECOVERED);
    ledger.expectMessageClass(LedgerCommand.RecoveryEnded.class, WAIT);
    raise(ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE, "gateway/Infer");
    LedgerCommand.NotBegun tooSoon = notBegun();
    assertEquals("too_soon", tooSoon.why());
    assertEquals("", tooSoon.recovery(), "all of the error's");
    assertFalse(tooSoon.escalationId().equals(tooSoon.decision().decided().eventId()));
    assertEquals(0, view().running().size());
    nanos.set(Duration.ofSeconds(31).toNanos());
    raise(ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE, "gateway/Infer");
    assertEquals("pre_operation_validation", next().plan().name());
  }

  @Test
  void whatIsTriedAgain_hasItsNameAndAttempt_andJoinsWhileItPauses() throws Exception {
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0");
    Begun first = next();
    end(first, RecoveryOutcome.End.ROLLED_BACK);
    assertEquals(1, ledger.expectMessageClass(LedgerCommand.RecoveryEnded.class, WAIT).attempts());
    cases.expectMessageClass(CaseCommand.Follow.class, WAIT);
    assertEquals(
        first.id(), cases.expectMessageClass(CaseCommand.Ended.class, WAIT).outcome().recoveryId());
    String name = first.plan().name();
    coordinator.tell(
        new CoordinatorCommand.Pausing(name, "device/cpu-0", Duration.ofSeconds(5), "R2", "E1"));
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0");
    LedgerCommand.NotBegun pausing = notBegun();
    assertEquals("pausing", pausing.why());
    assertEquals("R2", pausing.recoveryId());
    assertEquals("E1", pausing.escalationId());
    assertEquals(0, view().running().size(), "its retry comes");
    String id = stamper.nextId();
    CoordinatorCommand.Again again =
        new CoordinatorCommand.Again(
            id,
            name,
            2,
            Engines.decision(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0", stamper.root()));
    coordinator.tell(again);
    coordinator.tell(again);
    Begun second = next();
    assertEquals(id, second.id());
    assertEquals(1, view().running().size(), "said twice it is one");
    end(second, RecoveryOutcome.End.RECOVERED);
    assertEquals(2, ledger.expectMessageClass(LedgerCommand.RecoveryEnded.class, WAIT).attempts());
  }

  @Test
  void pauseThatIsOver_keepsNothingBack() throws Exception {
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0");
    Begun first = next();
    end(first, RecoveryOutcome.End.ROLLED_BACK);
    coordinator.tell(
        new CoordinatorCommand.Pausing(
            first.plan().name(), "device/cpu-0", Duration.ofSeconds(5), "R2", "E1"));
    assertEquals(0, view().running().size());
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0");
    assertEquals(first.plan().name(), next().plan().name());
  }

  @Test
  void whatAPersonMustAgreeTo_beginsWhenItIsReleased() throws Exception {
    EscalationDecision held =
        Engines.gated(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0", stamper.root());
    decisions.tell(held);
    assertEquals(0, view().running().size());
    coordinator.tell(new CoordinatorCommand.Released(held));
    assertEquals("primary_device_failover", next().plan().name());
  }

  @Test
  void stuckOne_isAnAlert_thatNamesTheRemedy() throws Exception {
    raise(ErrorNames.DEVICE_DRIVER_CORRUPTION, "device/cpu-0");
    Begun one = next();
    end(one, RecoveryOutcome.End.STUCK);
    AlertCommand.Raise raised = alerts.expectMessageClass(AlertCommand.Raise.class, WAIT);
    assertEquals("mainstay recoveries redrive " + one.id(), raised.remedy());
  }
}
