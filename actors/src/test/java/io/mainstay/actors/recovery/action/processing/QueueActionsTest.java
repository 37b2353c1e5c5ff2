package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.consistency.check.WorkFacts.TurnFacts;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.Facts;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueActionsTest {
  private final RecoveryStage stage = new RecoveryStage(QueueActions::add);
  private final List<String> released = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> heapPutRight = new CopyOnWriteArrayList<>();
  private final List<TurnFacts> turns = new CopyOnWriteArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();

  @AfterEach
  void end() {
    stage.close();
  }

  private void answer(IntFunction<Facts> factsOfLook) {
    stage.inference =
        told -> {
          if (told instanceof InferenceCommand.GetFacts get) {
            asked.add("turns");
            get.replyTo().tell(new InferenceCommand.Facts(List.of(), new ArrayList<>(turns)));
          } else if (told instanceof InferenceCommand.ReleaseTurn release) {
            released.add(release.turnId());
            turns.removeIf(turn -> turn.turnId().equals(release.turnId()));
          }
        };
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            asked.add("work");
            get.replyTo().tell(factsOfLook.apply(looks.incrementAndGet()));
          } else if (told instanceof ProcessingCommand.PutRight right) {
            heapPutRight.add(right.sessionId());
          }
        };
  }

  private static Facts working(String... sessions) {
    return new Facts(Set.of(sessions), Set.of(sessions), Set.of(), Map.of(), Map.of());
  }

  @Test
  void turnsAreAskedFirst_andOneThatNobodyWorksOnAtTwoLooks_isGivenBack() throws Exception {
    turns.add(new TurnFacts("t1", "a", "cpu-0"));
    turns.add(new TurnFacts("t2", "gone", "cpu-0"));
    answer(look -> working("a"));
    Done done = done("reset_stuck_queue");
    assertEquals(List.of("t2"), released);
    assertEquals("1 turns given back, 1 are worked on", done.evidence());
    assertEquals(List.of("turns", "work", "turns", "work"), asked.subList(0, 4));
  }

  @Test
  void turnThatOnlyOneLookFindsStranded_isKept() throws Exception {
    turns.add(new TurnFacts("t1", "a", "cpu-0"));
    // Its runner is heard of at the second look.
    answer(look -> look == 1 ? working() : working("a"));
    Done done = done("reset_stuck_queue");
    assertEquals(List.of(), released);
    assertEquals("0 turns given back, 1 are worked on", done.evidence());
  }

  @Test
  void heapThatOnlyOneLookFindsLost_isKept() throws Exception {
    answer(
        look ->
            new Facts(
                look == 1 ? Set.of() : Set.of("a"),
                Set.of("a"),
                Set.of(),
                Map.of("a", 5L),
                Map.of()));
    Done done = done("release_session_memory");
    assertEquals(List.of(), heapPutRight);
    assertEquals("5 bytes of batches in use, 0 given back of []", done.evidence());
  }

  @Test
  void modelsOfARunnerThatIsGone_areLetGo_andThoseOfOneThatIsQueuedAreNot() throws Exception {
    String gone = "/user/node/processing/runner-01JD0000000000000000000001#1";
    String queued = "/user/node/processing/runner-01JD0000000000000000000002#2";
    Map<String, Set<String>> held = new ConcurrentHashMap<>();
    held.put(gone, Set.of("m"));
    held.put(queued, Set.of("m"));
    held.put("transaction 01JD0000000000000000000003", Set.of("m"));
    stage.model =
        told -> {
          if (told instanceof ModelCommand.GetFacts get) {
            get.replyTo().tell(new ModelFacts(List.of(), List.of(), held, Map.of()));
          } else if (told instanceof ModelCommand.Unpin unpin) {
            released.add(unpin.holder());
            held.remove(unpin.holder());
          }
        };
    answer(
        look ->
            new Facts(
                Set.of(),
                Set.of("01JD0000000000000000000002"),
                Set.of("01JD0000000000000000000002"),
                Map.of(),
                Map.of()));
    Done done = done("release_session_models");
    assertEquals(List.of(gone), released);
    assertEquals(Set.of(queued, "transaction 01JD0000000000000000000003"), held.keySet());
    assertTrue(done.evidence().contains("let go: [" + gone + "]"), done.evidence());
  }

  private Done done(String action) throws Exception {
    return assertInstanceOf(
        Done.class, stage.perform(action, "session_management_corruption", "session/x", Map.of()));
  }
}
