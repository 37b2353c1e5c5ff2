package io.mainstay.persistence.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.recovery.RecoveryOutcome.End;
import io.mainstay.persistence.recovery.RecoveryPlan.Flow;
import io.mainstay.persistence.recovery.RecoveryPlan.OnFailure;
import io.mainstay.persistence.recovery.RecoveryProgress.Action;
import io.mainstay.persistence.recovery.RecoveryProgress.Answer;
import io.mainstay.persistence.recovery.RecoveryProgress.Decision;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecoveryProgressTest {
  private static final EventMeta META = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
  private static final UnaryOperator<EventMeta> STAMP = before -> META;
  private static final int UNDO_ATTEMPTS = 2;
  private static final int RESUMES = 2;

  private final RecoveryProgress progress = new RecoveryProgress(UNDO_ATTEMPTS, RESUMES);
  private final List<String> asked = new ArrayList<>();
  private RecoveryState state = RecoveryState.empty();
  private Action action = new Action.Nothing();

  private static RecoveryPlan plan(Flow flow, OnFailure onFailure, int attempts) {
    return new RecoveryPlan(
        RecoveryPlan.Kind.CASCADE,
        "test",
        "node-1",
        "primary_device_failure",
        "cpu-0",
        1,
        flow,
        60_000,
        List.of(
            step(1, onFailure, attempts, "undo-1"),
            step(2, onFailure, attempts, ""),
            step(3, onFailure, attempts, "undo-3")));
  }

  private static RecoveryPlan.Step step(
      int number, OnFailure onFailure, int attempts, String rollback) {
    return new RecoveryPlan.Step(
        number, "device", "do-" + number, 1_000, attempts, onFailure, rollback, Map.of());
  }

  private void begin(Flow flow, OnFailure onFailure, int attempts) {
    take(progress.begin("R", plan(flow, onFailure, attempts), "", META, STAMP));
  }

  private void take(Decision decision) {
    for (RecoveryEvent event : decision.events()) {
      state = state.after(event);
    }
    action = decision.action();
    if (action instanceof Action.DoStep step) {
      asked.add(step.step().action());
    } else if (action instanceof Action.UndoStep undo) {
      asked.add(undo.step().rollback());
    }
  }

  private void done(boolean enough) {
    Action.DoStep step = (Action.DoStep) action;
    take(
        progress.answered(
            state,
            step.step().number(),
            step.attempt(),
            new Answer.Done("seen", enough, ""),
            STAMP));
  }

  private void failed(boolean effectUnknown) {
    Action.DoStep step = (Action.DoStep) action;
    take(
        progress.answered(
            state,
            step.step().number(),
            step.attempt(),
            new Answer.Failed("no", "it is not", effectUnknown),
            STAMP));
  }

  private void undone() {
    Action.UndoStep undo = (Action.UndoStep) action;
    take(
        progress.undoAnswered(
            state,
            undo.step().number(),
            undo.attempt(),
            new Answer.Done("gone", false, ""),
            STAMP));
  }

  private void assertEnded(End end, String code) {
    assertTrue(action instanceof Action.Finish, String.valueOf(action));
    assertEquals(end.name(), state.phase().name());
    assertEquals(code, state.code());
  }

  @Test
  void all_whenEveryStepIsDone_hasRecovered() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 1);
    done(false);
    done(true);
    done(false);
    assertEnded(End.RECOVERED, "");
    assertEquals(List.of("do-1", "do-2", "do-3"), asked);
  }

  @Test
  void all_whenAStepFails_takesBackInReverseWhatCanBe() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 1);
    done(false);
    done(false);
    failed(true);
    undone();
    undone();
    assertEnded(End.ROLLED_BACK, "no");
    assertEquals(List.of("do-1", "do-2", "do-3", "undo-3", "undo-1"), asked);
  }

  @Test
  void failedStep_thatLeftNothingBehind_isNotTakenBack() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 1);
    done(false);
    done(false);
    failed(false);
    undone();
    assertEnded(End.ROLLED_BACK, "no");
    assertEquals(List.of("do-1", "do-2", "do-3", "undo-1"), asked);
  }

  @Test
  void all_whenAStepMayFail_goesOnAndIsAPart() {
    begin(Flow.ALL, OnFailure.GO_ON, 1);
    done(false);
    failed(true);
    done(false);
    assertEnded(End.PARTLY_RECOVERED, "no");
  }

  @Test
  void stepWithAttemptsLeft_isAskedForAgainAfterAPause() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 2);
    failed(true);
    assertEquals(new Action.DoLater(state.plan().step(1), 2), action);
    take(progress.stepDue(state, 1, 2, STAMP));
    assertEquals(List.of("do-1", "do-1"), asked);
    assertEquals(Decision.nothing(), progress.stepDue(state, 1, 2, STAMP), "only once");
    done(false);
    assertEquals("do-2", asked.get(2));
  }

  @Test
  void untilEnough_endsWithTheStepThatReachesTheAim() {
    begin(Flow.UNTIL_ENOUGH, OnFailure.ROLL_BACK, 1);
    failed(false);
    done(true);
    assertEnded(End.RECOVERED, "");
    assertEquals(List.of("do-1", "do-2"), asked);
  }

  @Test
  void untilEnough_whenNoStepReachesTheAim_isTakenBack() {
    begin(Flow.UNTIL_ENOUGH, OnFailure.ROLL_BACK, 1);
    done(false);
    done(false);
    done(false);
    undone();
    undone();
    assertEnded(End.ROLLED_BACK, RecoveryProgress.AIM_MISSED);
  }

  @Test
  void firstThatWorks_endsWithTheFirstThatIsDone() {
    begin(Flow.FIRST_THAT_WORKS, OnFailure.ROLL_BACK, 1);
    failed(false);
    done(false);
    assertEquals(RecoveryState.Phase.RECOVERED, state.phase());
    assertEquals(List.of("do-1", "do-2"), asked);
  }

  @Test
  void firstThatWorks_thatComesToAnOrderlyEnd_isAborted_andSaysSo() {
    RecoveryPlan.Step last =
        new RecoveryPlan.Step(
            2, "processing", "end", 1_000, 1, OnFailure.GO_ON, "", Map.of("ends_as", "aborted"));
    RecoveryPlan plan =
        new RecoveryPlan(
            RecoveryPlan.Kind.STRATEGY,
            "test",
            "node-1",
            "inference_model_incompatibility",
            "model/m",
            1,
            Flow.FIRST_THAT_WORKS,
            60_000,
            List.of(step(1, OnFailure.GO_ON, 1, ""), last));
    take(progress.begin("R", plan, "", META, STAMP));
    failed(false);
    done(false);
    assertEnded(End.ABORTED, RecoveryProgress.ABORTED);
    assertEquals("seen", state.message());
    state = RecoveryState.empty();
    take(progress.begin("R", plan, "", META, STAMP));
    failed(false);
    done(true);
    assertEquals(RecoveryState.Phase.RECOVERED, state.phase(), "nothing had to be ended");
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new RecoveryPlan.Step(
                1, "model", "x", 1, 1, OnFailure.GO_ON, "", Map.of("ends_as", "well")));
  }

  @Test
  void limit_whileAStepIsAskedFor_takesBackThatOneToo() {
    begin(Flow.FIRST_THAT_WORKS, OnFailure.GO_ON, 3);
    take(progress.limitOver(state, STAMP));
    undone();
    assertEnded(End.ROLLED_BACK, RecoveryProgress.LIMIT_EXCEEDED);
    assertTrue(state.ranOutOfTime());
    assertEquals(Decision.nothing(), progress.limitOver(state, STAMP));
  }

  @Test
  void stepThatAnotherOneDidForBoth_isTakenBackTooAsFarAsThisOneGoes() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 1);
    take(progress.answered(state, 1, 1, new Answer.Done("seen", false, "OTHER"), STAMP));
    failed(false);
    undone();
    assertEnded(End.ROLLED_BACK, "no");
    assertEquals(List.of("do-1", "do-2", "undo-1"), asked);
  }

  @Test
  void rollback_thatFailsAsOftenAsAllowed_isStuck_andGoesOnWhenRedriven() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 1);
    done(false);
    failed(false);
    for (int attempt = 1; attempt <= UNDO_ATTEMPTS; attempt++) {
      take(progress.undoAnswered(state, 1, attempt, new Answer.Failed("x", "stays", true), STAMP));
      if (attempt < UNDO_ATTEMPTS) {
        assertEquals(new Action.UndoLater(state.plan().step(1), attempt + 1), action);
        take(progress.undoDue(state, 1, attempt + 1, STAMP));
      }
    }
    assertEnded(End.STUCK, "no");
    assertTrue(state.message().contains("undo-1 failed 2 times: stays"), state.message());

    take(progress.redrive(state, "alice", STAMP));
    undone();
    assertEnded(End.ROLLED_BACK, "no");
    assertEquals(1, state.redrives());
  }

  @Test
  void stepThatTakesTheNodeDownEachTime_isGivenUp() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 1);
    for (int death = 1; death <= RESUMES; death++) {
      take(progress.resumed(state, STAMP));
      assertTrue(action instanceof Action.DoStep, "asked for again after death " + death);
    }
    take(progress.resumed(state, STAMP));
    undone();
    assertEnded(End.ROLLED_BACK, RecoveryProgress.INTERRUPTED);
  }

  @Test
  void rollbackThatTakesTheNodeDownEachTime_isStuck() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 1);
    failed(true);
    for (int death = 1; death < UNDO_ATTEMPTS + RESUMES; death++) {
      take(progress.resumed(state, STAMP));
      assertTrue(action instanceof Action.UndoStep, "asked for again after death " + death);
    }
    take(progress.resumed(state, STAMP));
    assertEnded(End.STUCK, "no");
  }

  @Test
  void stepWhoseFirstAttemptDidNotAnswer_isTakenBackThoughItsSecondLeftNothing() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 2);
    failed(true);
    take(progress.stepDue(state, 1, 2, STAMP));
    failed(false);
    undone();
    assertEnded(End.ROLLED_BACK, "no");
    assertEquals(List.of("do-1", "do-1", "undo-1"), asked);
  }

  @Test
  void lateAnswers_changeNothing() {
    begin(Flow.ALL, OnFailure.ROLL_BACK, 2);
    failed(true);
    Answer late = new Answer.Done("late", false, "");
    assertEquals(Decision.nothing(), progress.answered(state, 1, 1, late, STAMP));
    assertEquals(Decision.nothing(), progress.answered(state, 2, 1, late, STAMP));
    assertEquals(Decision.nothing(), progress.undoAnswered(state, 1, 1, late, STAMP));
  }

  /**
   * Whatever is answered, and wherever the node dies: it ends, and nothing is done out of order.
   */
  @ParameterizedTest
  @EnumSource(Flow.class)
  void anyAnswers_andDeathsBetweenAnyTwo_leadToAnEnd(Flow flow) {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      state = RecoveryState.empty();
      asked.clear();
      begin(
          flow,
          random.nextBoolean() ? OnFailure.GO_ON : OnFailure.ROLL_BACK,
          1 + random.nextInt(2));
      int inputs = 0;
      while (!state.phase().ended()) {
        assertTrue(inputs++ < 100, "goes on for ever, seed " + seed);
        if (random.nextInt(5) == 0) {
          take(progress.resumed(state, STAMP));
          continue;
        }
        answer(random);
      }
      assertOrdered(seed);
    }
  }

  private void answer(Random random) {
    if (action instanceof Action.DoStep) {
      if (random.nextInt(3) == 0) {
        failed(random.nextBoolean());
      } else {
        done(random.nextInt(4) == 0);
      }
    } else if (action instanceof Action.DoLater later) {
      take(progress.stepDue(state, later.step().number(), later.attempt(), STAMP));
    } else if (action instanceof Action.UndoStep undo) {
      Answer told =
          random.nextInt(4) == 0
              ? new Answer.Failed("x", "stays", true)
              : new Answer.Done("gone", false, "");
      take(progress.undoAnswered(state, undo.step().number(), undo.attempt(), told, STAMP));
    } else if (action instanceof Action.UndoLater later) {
      take(progress.undoDue(state, later.step().number(), later.attempt(), STAMP));
    }
  }

  private void assertOrdered(int seed) {
    List<String> changes = new ArrayList<>();
    for (String one : asked) {
      if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(one)) {
        changes.add(one);
      }
    }
    List<String> order = List.of("do-1", "do-2", "do-3", "undo-3", "undo-1");
    int before = -1;
    for (String one : changes) {
      assertTrue(order.indexOf(one) > before, "seed " + seed + ": " + changes);
      before = order.indexOf(one);
    }
  }
}
