package io.mainstay.actors.recovery.action.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.engine.CoordinatorSettings;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MemoryStepsTest {
  private static final ActorTestKit KIT = ActorTestKit.create("memory-steps");
  private static final ActionFloor FLOOR =
      new ActionFloor(
          KIT.system(), CoordinatorSettings.of(KIT.system().settings().config()), null, null);

  private final AtomicReference<MemoryFigures> now = new AtomicReference<>();
  private final AtomicInteger acts = new AtomicInteger();
  private final MemorySteps steps =
      new MemorySteps(FLOOR, () -> CompletableFuture.completedStage(now.get()));

  @AfterAll
  static void close() {
    KIT.shutdownTestKit();
  }

  private static Task task(String error, String subject, Map<String, String> parameters) {
    RecoveryPlan.Step step =
        new RecoveryPlan.Step(
            1, "memory", "free", 500, 1, RecoveryPlan.OnFailure.ROLL_BACK, "", parameters);
    return new Task(
        "R1",
        new RecoveryPlan(
            RecoveryPlan.Kind.STRATEGY,
            "progressive_memory_recovery",
            "node-1",
            error,
            subject,
            1,
            RecoveryPlan.Flow.UNTIL_ENOUGH,
            10_000,
            List.of(step)),
        step,
        EventStamper.system().root());
  }

  private static Map<String, String> phase(String name, double threshold, double target) {
    return Map.of(
        "phase",
        name,
        "memory_threshold",
        String.valueOf(threshold),
        "target_memory_reduction",
        String.valueOf(target));
  }

  /** An action after which so much is in use on cpu-0. */
  private RecoveryStepOutcome perform(Task task, long after) throws Exception {
    return steps
        .step(
            unused -> {
              acts.incrementAndGet();
              now.set(Figures.of(after, 0, 10));
              return CompletableFuture.completedStage(new Done("freed"));
            })
        .perform(task)
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  private Done pressure(Map<String, String> parameters, long after) throws Exception {
    return assertInstanceOf(
        Done.class, perform(task("memory_pressure_warning", "memory/cpu-0", parameters), after));
  }

  @Test
  void phaseBelowItsThreshold_doesNothing_andIsEnough() throws Exception {
    now.set(Figures.of(84, 0, 10));
    assertTrue(pressure(phase("moderate", 0.85, 0.15), 10).enough());
    assertEquals(0, acts.get());
  }

  @Test
  void phase_actsUntilItsTargetIsReached_countedFromItsBeginning() throws Exception {
    now.set(Figures.of(90, 0, 10));
    Map<String, String> gentle = phase("gentle", 0.80, 0.15);
    Done first = pressure(gentle, 79);
    assertEquals(false, first.enough(), first.evidence());
    assertTrue(first.evidence().contains("ledgers 90 -> 79"), first.evidence());
    Done second = pressure(gentle, 75);
    assertTrue(second.enough(), second.evidence());
    assertEquals(2, acts.get());
    assertTrue(pressure(gentle, 1).enough());
    assertEquals(2, acts.get());
  }

  @Test
  void targetThatIsReached_leavesNothingToDo() throws Exception {
    now.set(Figures.of(69, 0, 10));
    Done done = pressure(Map.of("recovery_target", "0.7"), 1);
    assertEquals(0, acts.get());
    assertTrue(done.evidence().contains("69.0 %"), done.evidence());
  }

  @Test
  void criterionThatIsMissed_isAFailure() throws Exception {
    now.set(Figures.of(95, 0, 10));
    Map<String, String> criterion =
        Map.of("recovery_target", "0.7", "success_criteria", "memory_usage_below_target");
    RecoveryStepOutcome missed =
        perform(task("memory_pressure_warning", "memory/cpu-0", criterion), 71);
    assertInstanceOf(RecoveryStepOutcome.Failed.class, missed);
    assertInstanceOf(
        Done.class, perform(task("memory_pressure_warning", "memory/cpu-0", criterion), 69));
  }

  @Test
  void memoryOfTheMachine_countsWhereItIsOut_whateverPlaceTheFaultHas() throws Exception {
    now.set(Figures.of(10, 0, 90));
    Map<String, String> target = Map.of("recovery_target", "0.7");
    perform(task("system_out_of_memory", "device/cpu-0", target), 10);
    assertEquals(1, acts.get());
    now.set(Figures.of(10, 0, 90));
    perform(task("memory_pressure_warning", "device/cpu-0", target), 10);
    assertEquals(1, acts.get());
  }

  @Test
  void heap_isMeantWhereTheFaultHasNoMemory() {
    assertEquals(0.1, Figures.of(50, 60, 70).share("/user/node/device"));
    assertEquals(0.7, Figures.of(50, 60, 70).share("memory/system"));
    assertEquals(0.6, Figures.of(50, 60, 70).share("memory/cpu-1"));
  }
}
