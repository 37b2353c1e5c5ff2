package io.mainstay.actors.recovery.action.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.Facts;
import io.mainstay.actors.processing.ProcessingCommand.Right;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkActionsTest {
  private static final String ERROR = "postprocessing_engine_failure";

  private final RecoveryStage stage = new RecoveryStage(WorkActions::add);
  private final List<ProcessingCommand.PutRight> right = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    stage.close();
  }

  /** Those facts until something is put right, the others from then on. */
  private void facts(Facts before, Facts after) {
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo().tell(right.isEmpty() ? before : after);
          } else if (told instanceof ProcessingCommand.PutRight put) {
            right.add(put);
          }
        };
  }

  @Test
  void sessionThatNobodyWorksOn_isWoken_once() throws Exception {
    facts(
        new Facts(Set.of("a"), Set.of("a", "b", "c"), Set.of("c"), Map.of(), Map.of()),
        new Facts(Set.of("a", "b"), Set.of("a", "b", "c"), Set.of("c"), Map.of(), Map.of()));
    Done done =
        assertInstanceOf(
            Done.class, stage.perform("resume_interrupted_sessions", ERROR, "x", Map.of()));
    assertEquals(List.of(new ProcessingCommand.PutRight("b", Right.GOES_ON)), right);
    assertEquals("3 sessions open, 2 worked on, woken: [b]", done.evidence());
  }

  @Test
  void sessionThatDoesNotWake_isNamed() throws Exception {
    Facts asleep = new Facts(Set.of(), Set.of("b"), Set.of(), Map.of(), Map.of());
    facts(asleep, asleep);
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly("resume_interrupted_sessions", ERROR, "x", Map.of()));
    assertTrue(failed.message().contains("nobody works on [b]"), failed.message());
  }

  @Test
  void heapOfSessionsThatNobodyWorksOn_isGivenBack() throws Exception {
    facts(
        new Facts(Set.of("a"), Set.of("a"), Set.of(), Map.of("a", 5L, "z", 7L), Map.of()),
        new Facts(Set.of("a"), Set.of("a"), Set.of(), Map.of("a", 5L), Map.of()));
    Done done =
        assertInstanceOf(Done.class, stage.perform("reclaim_batch_heap", ERROR, "x", Map.of()));
    assertEquals(List.of(new ProcessingCommand.PutRight("z", Right.NO_HEAP)), right);
    assertEquals("5 bytes of batches in use, 7 given back of [z]", done.evidence());
  }
}
