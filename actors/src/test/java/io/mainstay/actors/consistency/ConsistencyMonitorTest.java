package io.mainstay.actors.consistency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.JournalFacts;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.consistency.check.NodeSnapshot;
import io.mainstay.actors.consistency.check.NodeSnapshot.Part;
import io.mainstay.actors.consistency.check.SagaFacts;
import io.mainstay.actors.consistency.check.SystemFacts;
import io.mainstay.actors.consistency.check.TransactionFacts;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.consistency.sabotage.Saboteur;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.actors.transaction.TransactionStarter;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsistencyMonitorTest {
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final String GHOST = "01JD8Q3ZK5W9M2N4P6R8T0V1X3";

  /** Moves with the manual time. */
  private static final class Hands extends Clock {
    private final AtomicReference<Instant> now =
        new AtomicReference<>(Instant.parse("2026-11-22T06:00:00Z"));

    @Override
    public Instant instant() {
      return now.get();
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

  /** Nobody begins one here. */
  private static final class NoTransactions implements TransactionStarter {
    @Override
    public String nextId() {
      throw new AssertionError("no transaction was to begin");
    }

    @Override
    public CompletionStage<TransactionOutcome> carryThrough(String id, TransactionPlan plan) {
      throw new AssertionError("no transaction was to begin: " + plan);
    }

    @Override
    public CompletionStage<TransactionProtocol.Released> release(
        String id, boolean handOver, String reason) {
      throw new AssertionError("no transaction was to end: " + id);
    }
  }

  private final ActorTestKit kit =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
  private final ManualTime time = ManualTime.get(kit.system());
  private final Hands clock = new Hands();
  private final AtomicReference<Set<String>> counted = new AtomicReference<>(Set.of());
  private final AtomicInteger looks = new AtomicInteger();
  private final TestProbe<HistoryLog.Command<ConsistencyEvent>> log = kit.createTestProbe();
  private final TestProbe<ProcessingCommand> processing = kit.createTestProbe();
  private final TestProbe<AlertCommand> alerts = kit.createTestProbe();
  private ActorRef<ConsistencyMonitor.Command> monitor;

  @BeforeEach
  void start() {
    monitor = monitor(false);
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private ActorRef<ConsistencyMonitor.Command> monitor(boolean injection) {
    ConsistencySettings settings = ConsistencySettings.of(ConfigFactory.load());
    NodeFacts.Domains domains =
        new NodeFacts.Domains(
            kit.<MemoryCommand>createTestProbe().getRef(),
            kit.<DeviceCommand>createTestProbe().getRef(),
            kit.<ModelCommand>createTestProbe().getRef(),
            kit.<InferenceCommand>createTestProbe().getRef(),
            processing.getRef(),
            kit.<TransactionCommand>createTestProbe().getRef());
    return kit.spawn(
        ConsistencyMonitor.create(
            settings,
            new ConsistencyMonitor.Collaborators(
                this::take,
                new RepairCrew(kit.system(), domains, settings),
                new Saboteur(
                    domains,
                    new NoTransactions(),
                    List.of("cpu-0"),
                    List.of("minilm"),
                    Path.of("/nowhere"),
                    injection),
                new AlertedIntervention(alerts.getRef()),
                log.getRef(),
                EventStamper.system(),
                clock)));
  }

  /** A node without devices, on which these sessions count as open and the journal has none. */
  private CompletableFuture<NodeSnapshot> take() {
    looks.incrementAndGet();
    return CompletableFuture.completedFuture(
        new NodeSnapshot(
            EnumSet.allOf(Part.class),
            List.<DeviceFacts>of(),
            List.of(),
            ModelFacts.NONE,
            new WorkFacts(List.of(), List.of(), Set.of(), counted.get(), Set.of(), Map.of()),
            TransactionFacts.NONE,
            SagaFacts.NONE,
            JournalFacts.NONE,
            SystemFacts.NONE));
  }

  private void pass(Duration duration) {
    clock.now.updateAndGet(now -> now.plus(duration));
    time.timePasses(duration);
  }

  private ConsistencyView view() {
    TestProbe<ConsistencyView> probe = kit.createTestProbe();
    monitor.tell(new ConsistencyMonitor.Get(probe.getRef()));
    return probe.receiveMessage();
  }

  private <E extends ConsistencyEvent> E journaled(Class<E> type) {
    HistoryLog.Command<ConsistencyEvent> told = log.receiveMessage();
    return type.cast(((HistoryLog.Record<ConsistencyEvent>) told).event());
  }

  /** Looks until the monitor has taken so many. */
  private void awaitLooks(int count) {
    TestProbe<Object> probe = kit.createTestProbe();
    probe.awaitAssert(
        () -> {
          assertTrue(view().looks() >= count, "looks " + view().looks());
          return null;
        });
  }

  @Test
  void look_isTakenAtEachInterval_andNothingIsJournaledOfANodeThatAgrees() {
    assertEquals("unknown", view().consistencyChecks().get(0).status());
    pass(ConsistencySettings.of(ConfigFactory.load()).startAfter());
    awaitLooks(1);
    pass(TICK);
    awaitLooks(2);
    ConsistencyView view = view();
    assertEquals(1.0, view.overallConsistencyScore());
    assertEquals("consistent", view.consistencyChecks().get(0).status());
    assertEquals(clock.instant(), view.consistencyChecks().get(0).lastCheck());
    log.expectNoMessage();
  }

  @Test
  void divergence_isConfirmedRepairedAndJournaled_eachEventWithItsCause() {
    counted.set(Set.of(GHOST));
    TestProbe<ConsistencyView> probe = kit.createTestProbe();
    monitor.tell(new ConsistencyMonitor.CheckNow(probe.getRef()));
    awaitLooks(1);
    log.expectNoMessage();
    pass(Duration.ofMillis(500));

    ConsistencyEvent.DivergenceFound found = journaled(ConsistencyEvent.DivergenceFound.class);
    assertEquals("session_over", found.kind());
    assertEquals(GHOST, found.subject());
    assertEquals("journal", found.owner());
    ConsistencyEvent.RepairStarted started = journaled(ConsistencyEvent.RepairStarted.class);
    assertEquals(List.of("validate_transaction_completeness"), started.repairs());
    assertEquals(found.meta().eventId(), started.meta().causeId());
    assertEquals(
        new ProcessingCommand.PutRight(GHOST, ProcessingCommand.Right.OVER),
        processing.receiveMessage());
    assertTrue(view().repairing());

    counted.set(Set.of());
    awaitRepairLook();
    ConsistencyEvent.DivergenceRepaired gone = journaled(ConsistencyEvent.DivergenceRepaired.class);
    assertEquals("close_session", gone.action());
    assertEquals(found.meta().eventId(), gone.meta().causeId());
    ConsistencyEvent.RepairEnded ended = journaled(ConsistencyEvent.RepairEnded.class);
    assertTrue(ended.success());
    assertEquals(started.meta().eventId(), ended.meta().causeId());
    assertEquals(1, view().divergencesRepaired());
    assertEquals(1.0, probe.receiveMessage().overallConsistencyScore());
    assertTrue(alerts.receiveMessage() instanceof AlertCommand.Clear);
  }

  private void awaitRepairLook() {
    int before = looks.get();
    TestProbe<Object> probe = kit.createTestProbe();
    probe.awaitAssert(
        () -> {
          pass(Duration.ofMillis(500));
          assertTrue(looks.get() > before);
          return null;
        });
  }

  @Test
  void repairThatDoesNotHelp_callsAPerson_afterItsTime() {
    counted.set(Set.of(GHOST));
    monitor.tell(new ConsistencyMonitor.CheckNow(kit.<ConsistencyView>createTestProbe().getRef()));
    awaitLooks(1);
    pass(Duration.ofMillis(500));
    awaitLooks(2);
    // Late by more than the bound; the look after that ends the repair.
    clock.now.updateAndGet(now -> now.plusSeconds(61));
    awaitRepairLook();
    AlertCommand.Raise raised = alerts.expectMessageClass(AlertCommand.Raise.class);
    assertEquals("alert_manual_intervention", raised.kind());
    assertTrue(raised.message().contains("mainstay.consistency.repair.within"), raised.message());
    assertTrue(raised.message().contains("session_over=1"), raised.message());
    assertFalse(view().repairing());
  }

  @Test
  void injection_isRefused_unlessFaultInjectionIsOn() {
    TestProbe<StatusReply<Map<String, Integer>>> probe = kit.createTestProbe();
    monitor.tell(new ConsistencyMonitor.Inject("mix", 5, 1, probe.getRef()));
    Refusal refusal = (Refusal) probe.receiveMessage().getError();
    assertEquals("fault_injection_off", refusal.code());

    ActorRef<ConsistencyMonitor.Command> willing = monitor(true);
    willing.tell(new ConsistencyMonitor.Inject("no-such", 5, 1, probe.getRef()));
    assertEquals("unknown_divergence", ((Refusal) probe.receiveMessage().getError()).code());
    willing.tell(new ConsistencyMonitor.Inject("mix", 5_000, 1, probe.getRef()));
    assertEquals("invalid_request", ((Refusal) probe.receiveMessage().getError()).code());
    willing.tell(new ConsistencyMonitor.Inject("ghost-session", 2, 1, probe.getRef()));
    assertEquals(Map.of("ghost-session", 2), probe.receiveMessage().getValue());
    assertEquals(
        new ProcessingCommand.PutRight(
            "GHOST-GHOST_SESSION-1-0", ProcessingCommand.Right.COUNTED_OPEN),
        processing.receiveMessage());
  }
}
