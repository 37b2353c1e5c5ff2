package io.mainstay.actors.recovery.action.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.action.ShippedRecoveries;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The phases of progressive cleanup as the catalog has them, on scripted domains. */
class ProgressiveMemoryTest {
  private static final RecoveryPlan PLAN =
      ShippedRecoveries.book()
          .strategy(StrategyName.PROGRESSIVE_MEMORY_RECOVERY)
          .orElseThrow()
          .plan("node-1", "memory_pressure_warning", "memory/cpu-0", 1);
  private static final String ALL_SESSIONS = "abort_all_user_sessions";
  private static final String RESTART = "restart_memory_subsystem";

  private final AtomicLong used = new AtomicLong();
  private final ScriptedModels models = new ScriptedModels();
  private final Map<String, Long> heap = new ConcurrentHashMap<>();
  private final Set<String> runners = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger looksUntilRest = new AtomicInteger(3);
  private volatile MemoryFigures figures;
  private final RecoveryStage stage =
      new RecoveryStage(
          (actions, floor) ->
              MemoryRecoveries.add(
                  actions,
                  floor,
                  () ->
                      CompletableFuture.completedStage(
                          figures == null ? Figures.of(used.get(), 0, 10) : figures)));

  @BeforeEach
  void begin() {
    stage.modes =
        told -> {
          if (told instanceof ModeCommand.Enter enter) {
            asked.add(enter.key().code());
            assertEquals(stage.cause(), enter.cause(), "the step led to the mode");
            enter
                .replyTo()
                .tell(
                    StatusReply.success(
                        new ModeView(
                            List.of(
                                new ModeView.Active(
                                    enter.key(),
                                    EventMeta.root("M1", Instant.EPOCH),
                                    List.of(),
                                    null)),
                            List.of(),
                            Restrictions.NONE)));
          }
        };
    stage.model =
        told -> {
          if (told instanceof ModelCommand.Compare compare) {
            compare
                .replyTo()
                .tell(
                    StatusReply.success(
                        new Reconciled(compare.deviceId(), 1, List.of(), List.of())));
          } else {
            models.answer(told);
          }
        };
    stage.processing = this::process;
  }

  @AfterEach
  void end() {
    stage.close();
  }

  /** A session that is to rest lets go a few looks later. */
  private void process(ProcessingCommand told) {
    if (told instanceof ProcessingCommand.GetFacts get) {
      if (asked.contains("rest") && looksUntilRest.decrementAndGet() < 0) {
        runners.clear();
        heap.clear();
      }
      if (asked.contains("memory_domain_isolation") && looksUntilRest.decrementAndGet() < 0) {
        runners.remove("batch");
      }
      get.replyTo()
          .tell(
              new ProcessingCommand.Facts(
                  runners, Set.of("batch", "urgent", "waits"), Set.of(), heap, Map.of()));
    } else if (told instanceof HoldCommand.Rest rest) {
      asked.add("rest");
      assertEquals(Set.of("batch", "urgent", "waits"), rest.sessions());
      assertEquals(Duration.ofSeconds(60), rest.longest());
      rest.replyTo().tell(new HoldCommand.Resting(runners, rest.sessions()));
    } else if (told instanceof HoldCommand.GoOn on) {
      asked.add("go on");
      on.replyTo().tell(new HoldCommand.Resting(Set.of(), Set.of()));
    } else if (told instanceof ProcessingCommand.GetSession get) {
      get.replyTo().tell(StatusReply.success(session(get.sessionId())));
    }
  }

  private static SessionView session(String id) {
    return new SessionView(
        id,
        "embed",
        "running",
        id.equals("batch") ? WorkClass.BATCH : WorkClass.INTERACTIVE,
        1,
        0,
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        "",
        Instant.EPOCH,
        null,
        "",
        "",
        "",
        List.of(),
        0,
        List.of());
  }

  private static RecoveryPlan.Step step(String action) {
    return PLAN.steps().stream().filter(one -> one.action().equals(action)).findFirst().get();
  }

  private RecoveryStepOutcome perform(String action) throws Exception {
    return stage.perform("R1", PLAN, step(action));
  }

  /** Whether one of the steps, in order, says that the aim is reached; each is done. */
  private boolean recovers(String recoveryId) throws Exception {
    for (RecoveryPlan.Step step : PLAN.steps()) {
      Done done = assertInstanceOf(Done.class, stage.perform(recoveryId, PLAN, step));
      if (done.enough()) {
        return true;
      }
      assertTrue(done.evidence().contains("under pressure still, from 80 %"), done.evidence());
    }
    return false;
  }

  @Test
  void memoryOfWhichNothingIsFreed_isNotRecovered_whicheverPhaseIsNotDue() throws Exception {
    for (long now : new long[] {80, 84, 87, 92}) {
      used.set(now);
      assertFalse(recovers("R" + now), now + " % in use");
    }
  }

  @Test
  void memoryBelowTheFirstPhase_isRecovered_andNothingIsDone() throws Exception {
    used.set(79);
    assertTrue(recovers("R1"));
    assertEquals(List.of(), List.copyOf(asked));
  }

  private TestProbe<RecoveryCommand.RaiseFault> faults() {
    TestProbe<RecoveryCommand.RaiseFault> faults = stage.kit().createTestProbe();
    stage
        .kit()
        .system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, faults.ref()));
    return faults;
  }

  @Test
  void phaseThatMissesItsTarget_isAnErrorOnce_andNotOfARecoveryFromIt() throws Exception {
    TestProbe<RecoveryCommand.RaiseFault> faults = faults();
    used.set(92);
    assertFalse(recovers("R1"));
    RecoveryCommand.RaiseFault raised = faults.receiveMessage(Duration.ofSeconds(20));
    assertEquals(ErrorNames.PHASE_FAILURE_OR_CONTINUED_PRESSURE, raised.sign().error());
    assertEquals("memory/cpu-0", raised.component());
    assertEquals(stage.cause(), raised.cause());
    String evidence = raised.sign().evidence();
    assertTrue(evidence.startsWith("gentle_cleanup"), evidence);
    assertTrue(evidence.contains("92.0 % now: target not reached"), evidence);
    RecoveryPlan own =
        ShippedRecoveries.book()
            .strategy(StrategyName.PROGRESSIVE_MEMORY_RECOVERY)
            .orElseThrow()
            .plan("node-1", "phase_failure_or_continued_pressure", "memory/cpu-0", 1);
    for (RecoveryPlan.Step step : own.steps()) {
      assertInstanceOf(Done.class, stage.perform("R2", own, step));
    }
    faults.expectNoMessage(Duration.ofMillis(100));
  }

  /** There is no worker to restart: the phase ends with that, and little was freed before. */
  @Test
  void phaseWhoseLastStepFails_isThatErrorToo() throws Exception {
    TestProbe<RecoveryCommand.RaiseFault> faults = faults();
    figures = anew("failed", 1, "stopped", 6);
    RecoveryStepOutcome.Failed failed =
        assertInstanceOf(
            RecoveryStepOutcome.Failed.class, stage.perform("R1", ofTheMachine(), step(RESTART)));
    assertEquals("no_worker_to_restart", failed.code());
    RecoveryCommand.RaiseFault raised = faults.receiveMessage(Duration.ofSeconds(20));
    assertEquals(ErrorNames.PHASE_FAILURE_OR_CONTINUED_PRESSURE, raised.sign().error());
    String evidence = raised.sign().evidence();
    assertTrue(evidence.startsWith("emergency_cleanup"), evidence);
    assertTrue(evidence.contains("96.0 % now: target not reached"), evidence);
  }

  /** The same by a failure that is no answer of the step. */
  @Test
  void phaseWhoseLastStepBreaks_isThatErrorToo() throws Exception {
    TestProbe<RecoveryCommand.RaiseFault> faults = faults();
    used.set(97);
    stage.device = told -> {};
    stage.model = told -> {};
    assertThrows(ExecutionException.class, () -> perform("unload_idle_models"));
    assertEquals(
        ErrorNames.PHASE_FAILURE_OR_CONTINUED_PRESSURE,
        faults.receiveMessage(Duration.ofSeconds(20)).sign().error());
  }

  /** The modes are to stay while memory is short: nothing of the plan takes them back. */
  @Test
  void modes_areNotTakenBack_whenTheAimIsMissed() {
    assertEquals(
        List.of("emergency_model_unloading", ALL_SESSIONS),
        PLAN.steps().stream()
            .filter(step -> !step.rollback().isEmpty())
            .map(RecoveryPlan.Step::action)
            .toList());
  }

  @Test
  void memoryIntensiveOperations_areAborted_onceNoBatchIsWorkedOn() throws Exception {
    used.set(92);
    runners.addAll(Set.of("batch", "urgent"));
    Done done = assertInstanceOf(Done.class, perform("abort_memory_intensive_operations"));
    assertEquals(Set.of("urgent"), runners);
    assertTrue(done.evidence().contains("none of class batch; put off: [batch]"), done.evidence());
  }

  @Test
  void allSessions_rest_andTheStepEndsWhenNoneWorksOrHoldsHeap() throws Exception {
    used.set(96);
    runners.addAll(Set.of("batch", "urgent"));
    heap.putAll(Map.of("batch", 40L, "urgent", 2L));
    Done done = assertInstanceOf(Done.class, perform(ALL_SESSIONS));
    assertEquals(Set.of(), runners);
    assertTrue(
        done.evidence()
            .contains("3 open sessions rest for 60000 ms at most, 2 of them were at work"),
        done.evidence());
    assertTrue(done.evidence().contains("heap of batches 42 -> 0 bytes"), done.evidence());
  }

  @Test
  void restart_isDone_onceEveryWorkerIsAnother_andSessionsGoOn() throws Exception {
    used.set(96);
    List<String> replaced = new CopyOnWriteArrayList<>();
    stage.device =
        told -> {
          if (told instanceof DeviceCommand.ReplaceWorker replace) {
            replaced.add(replace.deviceId());
          } else if (told instanceof DeviceCommand.Reconnect reconnect) {
            replaced.add(reconnect.deviceId());
          }
          if (replaced.size() == 2) {
            figures = anew("serving", 2, "serving", 7);
          }
        };
    figures = anew("serving", 1, "backing-off", 6);
    Done done = assertInstanceOf(Done.class, stage.perform("R1", ofTheMachine(), step(RESTART)));
    assertEquals(List.of("cpu-0", "cpu-1"), List.copyOf(replaced));
    assertTrue(done.evidence().contains("cpu-0 epoch 1 -> 2"), done.evidence());
    assertTrue(done.evidence().contains("cpu-1 had no worker -> 7"), done.evidence());
    assertEquals(List.of("go on"), List.copyOf(asked));
  }

  @Test
  void restart_whereNoWorkerComesBack_fails() throws Exception {
    figures = anew("backing-off", 1, "backing-off", 6);
    RecoveryStepOutcome.Failed failed =
        assertInstanceOf(
            RecoveryStepOutcome.Failed.class,
            stage.performShortly(
                "restart_affected_subsystem", "model_memory_leak", "model/m", Map.of()));
    assertTrue(failed.message().contains("cpu-0 backing-off"), failed.message());
    figures = anew("failed", 1, "stopped", 6);
    failed =
        assertInstanceOf(
            RecoveryStepOutcome.Failed.class,
            stage.performShortly(
                "restart_affected_subsystem", "model_memory_leak", "model/m", Map.of()));
    assertEquals("no_worker_to_restart", failed.code());
  }

  private static RecoveryPlan ofTheMachine() {
    return new RecoveryPlan(
        PLAN.kind(),
        PLAN.name(),
        PLAN.nodeId(),
        PLAN.error(),
        "memory/system",
        1,
        PLAN.flow(),
        PLAN.limitMillis(),
        PLAN.steps());
  }

  /** The machine has 96 of 100 bytes in use. */
  private static MemoryFigures anew(String first, long epoch, String second, long other) {
    return new MemoryFigures(
        List.of(Figures.ledger("cpu-0", 10), Figures.ledger("cpu-1", 10)),
        List.of(
            RecoveryStage.view("cpu-0", first, epoch), RecoveryStage.view("cpu-1", second, other)),
        10,
        100,
        96,
        100);
  }
}
