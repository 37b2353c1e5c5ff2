package io.mainstay.actors.recovery.action.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.NodePorts;
import io.mainstay.actors.recovery.engine.CoordinatorSettings;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelUnloadsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final long BYTES = ScriptedModels.BYTES;

  private final ActorTestKit kit = ActorTestKit.create("unloads");
  private final ScriptedModels scripted = new ScriptedModels();
  private final ActorRef<ModelCommand> models = kit.spawn(scripted.behavior());
  private final ActionFloor floor =
      new ActionFloor(
          kit.system(),
          CoordinatorSettings.of(kit.system().settings().config()),
          () -> new NodePorts(null, null, models, null, null, null, null, null, null, null),
          null);
  private final ModelUnloads unloads =
      new ModelUnloads(
          floor,
          () -> CompletableFuture.completedStage(Figures.of(BYTES * scripted.count(), 0, 10)));

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private ModelUnloads.Result unload(
      Predicate<ModelUnloads.Candidate> which, Predicate<MemoryFigures> enough) throws Exception {
    RecoveryPlan.Step step =
        new RecoveryPlan.Step(
            1, "model", "unload", 5_000, 1, RecoveryPlan.OnFailure.GO_ON, "", Map.of());
    RecoveryPlan plan =
        new RecoveryPlan(
            RecoveryPlan.Kind.STRATEGY,
            "progressive_memory_recovery",
            "node-1",
            "memory_pressure_warning",
            "memory/cpu-0",
            2,
            RecoveryPlan.Flow.ALL,
            10_000,
            List.of(step));
    return unloads
        .unload(new Task("R1", plan, step, EventStamper.system().root()), which, enough)
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  @Test
  void leastRecentlyUsed_goFirst_untilEnoughIsFree() throws Exception {
    scripted.load("recent", NOW);
    scripted.load("old", NOW.minusSeconds(600));
    scripted.load("never", null);
    scripted.load("older", NOW.minusSeconds(900));
    ModelUnloads.Result result =
        unload(model -> true, figures -> figures.share("memory/cpu-0") < 0.5);
    assertEquals(
        List.of("never off cpu-0, 20 bytes", "older off cpu-0, 20 bytes"), result.unloaded());
    assertEquals(2 * BYTES, result.bytes());
    assertEquals(List.of("recent", "old"), scripted.loaded());
  }

  @Test
  void modelThatSomebodyTakesMeanwhile_isKept_withTheReason() throws Exception {
    scripted.load("a", NOW.minusSeconds(600));
    scripted.load("b", NOW);
    scripted.hold("a");
    ModelUnloads.Result result = unload(model -> true, figures -> false);
    assertEquals(List.of("b off cpu-0, 20 bytes"), result.unloaded());
    assertEquals(1, result.kept().size());
    assertTrue(result.kept().get(0).contains("in use"), result.text());
  }

  @Test
  void idle_isWhatNobodyHolds_andNobodyUsedForSoLong() {
    Duration idle = Duration.ofSeconds(300);
    Instant longAgo = NOW.minusSeconds(300);
    assertTrue(new ModelUnloads.Candidate("a", longAgo, false, false).isIdle(idle, NOW));
    assertEquals(false, new ModelUnloads.Candidate("a", longAgo, true, false).isIdle(idle, NOW));
    assertEquals(
        false,
        new ModelUnloads.Candidate("a", longAgo.plusMillis(1), false, false).isIdle(idle, NOW));
  }
}
