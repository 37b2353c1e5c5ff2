package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.WorkFacts.TurnFacts;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.Facts;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusedRequestsTest {
  private static final String ERROR = "inference_parameter_validation_failure";

  private final RecoveryStage stage = new RecoveryStage(ValidationActions::add);
  private final List<TurnFacts> turns = new CopyOnWriteArrayList<>();
  private final Map<String, Long> heap = new ConcurrentHashMap<>();
  private volatile boolean givesBack = true;

  @BeforeEach
  void answer() {
    stage.inference =
        told -> {
          if (told instanceof InferenceCommand.GetFacts get) {
            get.replyTo().tell(new InferenceCommand.Facts(List.of(), new ArrayList<>(turns)));
          } else if (told instanceof InferenceCommand.ReleaseTurn release && givesBack) {
            turns.removeIf(turn -> turn.turnId().equals(release.turnId()));
          }
        };
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo()
                .tell(new Facts(Set.of("a"), Set.of("a"), Set.of(), Map.copyOf(heap), Map.of()));
          } else if (told instanceof ProcessingCommand.PutRight right && givesBack) {
            heap.remove(right.sessionId());
          }
        };
    turns.add(new TurnFacts("t1", "a", "cpu-0"));
    turns.add(new TurnFacts("t2", "refused", "cpu-0"));
    heap.put("a", 3L);
    heap.put("refused", 5L);
  }

  @AfterEach
  void end() {
    stage.close();
  }

  @Test
  void requestThatBecameNoSession_holdsNothingAfterwards() throws Exception {
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("confirm_refused_before_work", ERROR, "gateway/submit", Map.of()));
    assertEquals(Map.of("a", 3L), heap);
    assertEquals(1, turns.size());
    assertTrue(done.evidence().contains("1 turns given back"), done.evidence());
    assertTrue(done.evidence().contains("5 given back of [refused]"), done.evidence());
  }

  @Test
  void whatIsHeldForNoSession_andIsNotGivenBack_isAFailure() throws Exception {
    givesBack = false;
    assertInstanceOf(
        Failed.class,
        stage.performShortly("confirm_refused_before_work", ERROR, "gateway/submit", Map.of()));
  }
}
