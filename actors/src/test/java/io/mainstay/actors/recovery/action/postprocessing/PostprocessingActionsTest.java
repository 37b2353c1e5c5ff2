package io.mainstay.actors.recovery.action.postprocessing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import io.mainstay.actors.postprocessing.Enhancers;
import io.mainstay.actors.postprocessing.PostprocessingSettings;
import io.mainstay.actors.postprocessing.PostprocessingSupervisor;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.FaultBoundary;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.support.MemoryArtifacts;
import io.mainstay.actors.support.MemoryReviews;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real domain. */
class PostprocessingActionsTest {
  private static final String ERROR = "postprocessing_engine_failure";
  private static final Map<String, String> POOR =
      Map.of("poor-percent-min", "50", "hold-ms", "60000");

  @TempDir Path directory;
  private final MemoryArtifacts store = new MemoryArtifacts();
  private RecoveryStage stage;

  @BeforeEach
  void begin() {
    ActorTestKit kit =
        ActorTestKit.create(
            RecoveryStage.config(
                "mainstay.postprocessing { pipelines = 2, respawn-delay = 20ms }"));
    var config = kit.system().settings().config();
    TestProbe<RecoveryCommand> faults = kit.createTestProbe();
    FaultBoundary boundary =
        new FaultBoundary(ErrorCatalog.load(config), RestartSettings.of(config), faults.getRef());
    stage =
        new RecoveryStage(
            (actions, floor) -> {
              PostprocessingActions.add(actions, floor);
              QualityActions.add(actions, floor);
            },
            kit,
            null,
            kit.spawn(
                PostprocessingSupervisor.create(
                    PostprocessingSettings.of(config),
                    store,
                    new MemoryReviews(),
                    directory,
                    boundary::guard)));
  }

  @AfterEach
  void end() {
    stage.close();
  }

  @Test
  void engine_isRestarted_andProven() throws Exception {
    assertEquals(
        new Done("2 pipelines began clean, 0 jobs wait for them"),
        stage.perform("restart_postprocessing_engine", ERROR, "/user/node", Map.of()));
    Done proven =
        assertInstanceOf(
            Done.class, stage.perform("prove_postprocessing_engine", ERROR, "x", Map.of()));
    assertTrue(proven.evidence().contains("came back whole"), proven.evidence());
  }

  @Test
  void storeThatFailsAtFirst_isAskedAgain() throws Exception {
    store.failNextPuts(3);
    assertInstanceOf(
        Done.class, stage.perform("prove_postprocessing_engine", ERROR, "x", Map.of()));
  }

  @Test
  void storeThatStaysBroken_isNoEngine_andTheStepSaysWhy() throws Exception {
    store.breakPuts();
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly("prove_postprocessing_engine", ERROR, "x", Map.of()));
    assertTrue(failed.message().contains("used wrongly"), failed.message());
  }

  @Test
  void modelWithPoorPictures_isReplaced_theOthersAreUsed() throws Exception {
    Enhancers enhancers = Enhancers.of(stage.kit().system());
    for (int picture = 0; picture < 4; picture++) {
      enhancers.judged(Set.of("poor"), picture > 0);
      enhancers.judged(Set.of("good"), picture > 2);
    }
    String error = "postprocessing_quality_degradation";
    assertInstanceOf(Failed.class, stage.perform("verify_alternative_algorithm", error, "x", POOR));
    Done done =
        assertInstanceOf(Done.class, stage.perform("use_alternative_algorithm", error, "x", POOR));
    assertTrue(done.evidence().endsWith("[poor]"), done.evidence());
    assertEquals(Set.of("poor"), enhancers.replaced());
    assertInstanceOf(Done.class, stage.perform("verify_alternative_algorithm", error, "x", POOR));
    // Asked again after the node died between the two it comes to the same.
    assertInstanceOf(Done.class, stage.perform("use_alternative_algorithm", error, "x", POOR));
    assertEquals(Set.of("poor"), enhancers.replaced());
    // Three recoveries want it replaced: the last that takes that back has it used again.
    assertEquals(Set.of("poor"), enhancers.replaced());
  }

  @Test
  void modelThatTwoWantReplaced_isUsedAgain_whenBothTakeThatBack() {
    Replacements replacements = new Replacements();
    replacements.by("R1", Set.of("poor", "other"));
    replacements.by("R2", Set.of("poor"));
    assertEquals(Set.of("other"), replacements.restoredBy("R1"));
    assertEquals(Set.of("poor"), replacements.restoredBy("R2"));
    assertEquals(Set.of(), replacements.restoredBy("R2"));
  }

  @Test
  void poorPicturesThatNoModelTookPartIn_haveNoOtherMethod() throws Exception {
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.perform(
                "use_alternative_algorithm", "postprocessing_quality_degradation", "x", POOR));
    assertEquals("no_alternative_algorithm", failed.code());
  }
}
