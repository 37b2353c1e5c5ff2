package io.mainstay.actors.recovery.action.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ShippedRecoveries;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the emergency frees that the phases before it do not, on scripted domains. */
class EmergencyUnloadTest {
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";
  private static final String NEWCOMER = "01KAJZP9S8B6V5Q4W3E2R1T0Y0";
  private static final RecoveryPlan PLAN =
      ShippedRecoveries.book()
          .strategy(StrategyName.PROGRESSIVE_MEMORY_RECOVERY)
          .orElseThrow()
          .plan("node-1", "memory_pressure_warning", "memory/cpu-0", 1);

  private final ScriptedModels models = new ScriptedModels();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger looksUntilLetGo = new AtomicInteger(3);
  private volatile int base = 36;
  private volatile boolean closed;
  private final RecoveryStage stage =
      new RecoveryStage(
          (actions, floor) ->
              MemoryRecoveries.add(
                  actions,
                  floor,
                  () ->
                      CompletableFuture.completedFuture(
                          Figures.of(base + ScriptedModels.BYTES * models.count(), 0, 10))));

  @BeforeEach
  void begin() {
    stage.model =
        told -> {
          if (asked.contains("rest") && looksUntilLetGo.decrementAndGet() < 0) {
            models.letGo("session " + SESSION);
          }
          models.answer(told);
        };
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo()
                .tell(
                    new ProcessingCommand.Facts(
                        asked.contains("rest") ? Set.of() : Set.of(SESSION),
                        Set.of(SESSION),
                        Set.of(),
                        Map.of(),
                        Map.of()));
          } else if (told instanceof HoldCommand.Rest rest) {
            asked.add("rest");
            closed = rest.newcomers();
            rest.replyTo().tell(new HoldCommand.Resting(Set.of(SESSION), rest.sessions()));
          } else if (told instanceof HoldCommand.GoOn on) {
            asked.add("go on");
            on.replyTo().tell(new HoldCommand.Resting(Set.of(), Set.of()));
          }
        };
    models.load("idle", Instant.EPOCH);
    models.load("held", Instant.EPOCH);
    models.load("judge", Instant.EPOCH);
    models.judges("judge");
    models.hold("held", "session " + SESSION);
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private RecoveryStepOutcome perform(String action) throws Exception {
    return stage.perform(
        "R1",
        PLAN,
        PLAN.steps().stream().filter(one -> one.action().equals(action)).findFirst().get());
  }

  @Test
  void modelsThatSessionsHold_goOnceTheyRest_andThoseThatJudgeStay() throws Exception {
    Done done = assertInstanceOf(Done.class, perform("emergency_model_unloading"));
    assertEquals(List.of("judge"), models.loaded());
    assertTrue(done.evidence().contains("unloaded [idle off cpu-0, 20 bytes]"), done.evidence());
    assertTrue(done.evidence().contains("unloaded [held off cpu-0, 20 bytes]"), done.evidence());
    assertTrue(done.evidence().contains("1 open sessions rest"), done.evidence());
    assertFalse(done.enough(), "56 % in use, 50 points are to go: " + done.evidence());
    assertEquals(List.of("rest"), List.copyOf(asked), "a later step has them go on");
  }

  @Test
  void aggressivePhase_freesWhatNobodyHolds_andTheEmergencyTheRest() throws Exception {
    base = 39;
    assertInstanceOf(Done.class, perform("unload_all_non_active_models"));
    assertEquals(List.of("held"), models.loaded());
    base = 79;
    Done done = assertInstanceOf(Done.class, perform("emergency_model_unloading"));
    assertEquals(List.of(), models.loaded());
    assertTrue(done.evidence().contains("unloaded [held off cpu-0, 20 bytes]"), done.evidence());
  }

  @Test
  void sessions_goOn_whereTheEmergencyWasEnough() throws Exception {
    for (String more : List.of("a", "b")) {
      models.load(more, Instant.EPOCH);
      models.hold(more, "session " + SESSION);
    }
    base = 0;
    Done done = assertInstanceOf(Done.class, perform("emergency_model_unloading"));
    assertEquals(List.of("judge"), models.loaded());
    assertTrue(done.enough(), done.evidence());
    assertEquals(List.of("rest", "go on"), List.copyOf(asked));
  }

  @Test
  void nobodyRests_whereWhatNobodyHoldsIsEnough() throws Exception {
    for (String more : List.of("a", "b")) {
      models.load(more, Instant.EPOCH);
    }
    base = 0;
    Done done = assertInstanceOf(Done.class, perform("emergency_model_unloading"));
    assertEquals(List.of("held", "judge"), models.loaded());
    assertTrue(done.enough(), done.evidence());
    assertFalse(asked.contains("rest"), asked.toString());
  }

  /** One that was accepted just before: it was not asked to rest, and its own model alone stays. */
  @Test
  void sessionThatWasNotAskedToRest_isNotWaitedFor_andNoOtherBegins() throws Exception {
    models.load("new", Instant.EPOCH);
    models.hold("new", "session " + NEWCOMER);
    Done done = assertInstanceOf(Done.class, perform("emergency_model_unloading"));
    assertEquals(List.of("judge", "new"), models.loaded());
    assertTrue(done.evidence().contains("unloaded [held off cpu-0, 20 bytes]"), done.evidence());
    assertTrue(closed, "nobody begins while the others rest");
  }

  @Test
  void modelThatASessionKeeps_isSaid() throws Exception {
    looksUntilLetGo.set(Integer.MAX_VALUE);
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly(
                "emergency_model_unloading",
                "memory_pressure_warning",
                "memory/cpu-0",
                Map.of("rest_at_most_ms", "60000")));
    assertTrue(failed.message().contains("session " + SESSION), failed.message());
    assertTrue(failed.message().contains("unloaded [idle off cpu-0"), failed.message());
    assertEquals(List.of("held", "judge"), models.loaded());
  }
}
