package io.mainstay.actors.recovery.action.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.pause.PauseCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.NodePorts;
import io.mainstay.actors.recovery.action.ShippedRecoveries;
import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.engine.CoordinatorSettings;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cascade of a machine that is out of memory, as the catalog has it, on scripted domains. */
class MemoryCascadeTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final ActorTestKit kit = ActorTestKit.create("cascade");
  private final Config config = kit.system().settings().config();
  private final ScriptedModels models = new ScriptedModels();
  private final List<String> asked = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> rests = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> modes = new ConcurrentLinkedQueue<>();
  private final NodePorts ports =
      new NodePorts(
          null,
          null,
          kit.spawn(models.behavior()),
          null,
          kit.spawn(processing()),
          kit.spawn(pauses()),
          null,
          null,
          null,
          null);
  private final ActionFloor floor =
      new ActionFloor(
          kit.system(),
          CoordinatorSettings.of(config),
          () -> ports,
          new ActionFloor.Surroundings(
              config, null, null, null, kit.spawn(modes()), null, null, null, null));

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private Behavior<ProcessingCommand> processing() {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof ProcessingCommand.GetFacts get) {
            get.replyTo()
                .tell(
                    new ProcessingCommand.Facts(
                        Set.of("S1", "S2"), Set.of(), Set.of(), Map.of(), Map.of()));
          } else if (command instanceof ProcessingCommand.SaveCheckpoints save) {
            rests.add("saved");
            save.replyTo().tell(new ProcessingCommand.Saved(Set.of("S1"), Set.of("S2")));
          }
          return Behaviors.same();
        });
  }

  private Behavior<PauseCommand> pauses() {
    return Behaviors.receiveMessage(
        command -> {
          PauseCommand.Rest rest = (PauseCommand.Rest) command;
          rests.add(rest.deviceId());
          rest.replyTo().tell(new PauseCommand.Resting(rest.deviceId(), Set.of("S2")));
          return Behaviors.same();
        });
  }

  private Behavior<ModeCommand> modes() {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof ModeCommand.Enter enter) {
            modes.add(enter.key().code() + " by " + enter.source());
            enter
                .replyTo()
                .tell(
                    StatusReply.success(
                        new ModeView(
                            List.of(
                                new ModeView.Active(
                                    enter.key(), EventMeta.root("M1", NOW), List.of(), null)),
                            List.of(),
                            Restrictions.NONE)));
          }
          return Behaviors.same();
        });
  }

  /** Of 100 bytes of the machine: 35 that nothing frees, and 20 for each loaded model. */
  private RecoveryActions actions() {
    RecoveryActions.Builder builder = new RecoveryActions.Builder();
    MemoryRecoveries.add(
        builder,
        floor,
        () ->
            CompletableFuture.completedStage(
                Figures.of(10, 10, 35 + ScriptedModels.BYTES * models.count())));
    return builder.build();
  }

  private List<RecoveryStepOutcome> run() throws Exception {
    RecoveryBook book = ShippedRecoveries.book();
    RecoveryPlan plan =
        book.cascade(CascadeName.MEMORY_FAILURE_MODEL_UNLOAD)
            .orElseThrow()
            .plan("node-1", "system_out_of_memory", "device/cpu-0", 1);
    RecoveryActions actions = actions();
    List<RecoveryStepOutcome> outcomes = new ArrayList<>();
    for (RecoveryPlan.Step step : plan.steps()) {
      asked.add(step.action());
      outcomes.add(
          actions
              .find(step.action())
              .orElseThrow()
              .perform(new Task("R1", plan, step, EventStamper.system().root()))
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS));
    }
    return outcomes;
  }

  private static String evidence(RecoveryStepOutcome outcome) {
    return assertInstanceOf(RecoveryStepOutcome.Done.class, outcome).evidence();
  }

  @Test
  void modelsThatNobodyUses_goUntilTheTarget_andNobodyElseIsBothered() throws Exception {
    models.load("recent", NOW);
    models.load("old", NOW.minusSeconds(600));
    models.load("older", NOW.minusSeconds(900));
    List<RecoveryStepOutcome> outcomes = run();
    assertTrue(evidence(outcomes.get(0)).startsWith("95.0 % in use, at or above 90 %"));
    assertTrue(evidence(outcomes.get(1)).contains("machine 95 -> 55"), evidence(outcomes.get(1)));
    assertEquals(List.of("recent"), models.loaded());
    assertTrue(evidence(outcomes.get(4)).contains("55.0 % in use"), evidence(outcomes.get(4)));
    assertEquals(List.of(), List.copyOf(rests));
    assertEquals(List.of(), List.copyOf(modes));
  }

  @Test
  void whereModelsAreInUse_sessionsRest_batchesAreSmaller_andTheMissedTargetIsSaid()
      throws Exception {
    for (String model : List.of("a", "b", "c")) {
      models.load(model, NOW);
      models.hold(model);
    }
    List<RecoveryStepOutcome> outcomes = run();
    assertEquals(List.of("a", "b", "c"), models.loaded());
    assertEquals(List.of("saved", "cpu-0", "cpu-1"), List.copyOf(rests));
    assertEquals(
        List.of(
            "memory_conservation_mode by memory_failure_model_unload of device/cpu-0 on the machine"
                + " below 0.7 for recovery",
            "performance_conservation_mode by memory_failure_model_unload of device/cpu-0 on the"
                + " machine below 0.7 for recovery"),
        List.copyOf(modes));
    RecoveryStepOutcome.Failed missed =
        assertInstanceOf(RecoveryStepOutcome.Failed.class, outcomes.get(4));
    assertTrue(missed.message().contains("memory_usage_below_target"), missed.message());
  }
}
