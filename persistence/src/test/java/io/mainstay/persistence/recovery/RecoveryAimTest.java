package io.mainstay.persistence.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When a recovery with flow all has recovered, in part or whole, over every plan of three steps.
 */
class RecoveryAimTest {
  private static final EventMeta META = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
  private static final UnaryOperator<EventMeta> STAMP = before -> META;
  private static final RecoveryProgress PROGRESS = new RecoveryProgress(2, 2);
  private static final int STEPS = 3;

  /** A step as a plan has it, and what it comes to. */
  private record Case(boolean goesOn, boolean proves, boolean works) {
    static Case of(int bits) {
      return new Case((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
    }
  }

  private final List<String> undone = new ArrayList<>();
  private RecoveryState state = RecoveryState.empty();
  private String failure = "no";

  private static RecoveryPlan plan(List<Case> cases) {
    List<RecoveryPlan.Step> steps = new ArrayList<>();
    for (Case one : cases) {
      int number = steps.size() + 1;
      steps.add(
          new RecoveryPlan.Step(
              number,
              "device",
              "do-" + number,
              1_000,
              1,
              one.goesOn() ? OnFailure.GO_ON : OnFailure.ROLL_BACK,
              "undo-" + number,
              Map.of(),
              one.proves()));
    }
    return new RecoveryPlan(
        RecoveryPlan.Kind.CASCADE, "test", "node-1", "e", "cpu-0", 1, Flow.ALL, 60_000, steps);
  }

  private Action take(Decision decision) {
    for (RecoveryEvent event : decision.events()) {
      state = state.after(event);
    }
    return decision.action();
  }

  private void run(List<Case> cases) {
    undone.clear();
    state = RecoveryState.empty();
    Action action = take(PROGRESS.begin("R", plan(cases), "", META, STAMP));
    while (!(action instanceof Action.Finish)) {
      if (action instanceof Action.DoStep asked) {
        int number = asked.step().number();
        Answer answer =
            cases.get(number - 1).works()
                ? new Answer.Done("seen " + number, false, "")
                : new Answer.Failed(failure, "not " + number, false);
        action = take(PROGRESS.answered(state, number, asked.attempt(), answer, STAMP));
      } else {
        Action.UndoStep undo = (Action.UndoStep) action;
        undone.add(undo.step().rollback());
        action =
            take(
                PROGRESS.undoAnswered(
                    state,
                    undo.step().number(),
                    undo.attempt(),
                    new Answer.Done("gone", false, ""),
                    STAMP));
      }
    }
  }

  @Test
  void everyPlan_withEveryOutcome_recoversOnlyIfItsAimIsProven() {
    for (int bits = 0; bits < 1 << 3 * STEPS; bits++) {
      List<Case> cases = List.of(Case.of(bits), Case.of(bits >> 3), Case.of(bits >> 6));
      run(cases);
      String said = cases + " ended " + state.phase() + " " + state.message();
      assertEquals(expected(cases).name(), state.phase().name(), said);
      if (expected(cases) == End.ROLLED_BACK) {
        assertEquals(reverseOfDone(cases), undone, said);
        assertTrue(!state.code().isEmpty() && !state.message().isEmpty(), said);
      } else {
        assertEquals(List.of(), undone, said);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "step_deadline_exceeded, true",
    "recovery_effect_missing, true",
    "device_unknown, false",
  })
  void everyPlan_ranOutOfTime_ifAStepThatItNeedsDid(String code, boolean late) {
    failure = code;
    for (int bits = 0; bits < 1 << 3 * STEPS; bits++) {
      List<Case> cases = List.of(Case.of(bits), Case.of(bits >> 3), Case.of(bits >> 6));
      run(cases);
      assertEquals(late && isNeededStepMissing(cases), state.ranOutOfTime(), cases.toString());
    }
  }

  /** Of those that were asked for: up to the first that stops the others. */
  private static boolean isNeededStepMissing(List<Case> cases) {
    for (Case one : cases) {
      if (!one.works() && (one.proves() || !one.goesOn())) {
        return true;
      }
    }
    return false;
  }

  private static End expected(List<Case> cases) {
    if (cases.stream().allMatch(Case::works)) {
      return End.RECOVERED;
    }
    boolean fatal = cases.stream().anyMatch(one -> !one.works() && (one.proves() || !one.goesOn()));
    return fatal || cases.stream().noneMatch(Case::works) ? End.ROLLED_BACK : End.PARTLY_RECOVERED;
  }

  /** Steps that were done, up to the first that stops the others. */
  private static List<String> reverseOfDone(List<Case> cases) {
    List<String> done = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      if (cases.get(i).works()) {
        done.add(0, "undo-" + (i + 1));
      } else if (!cases.get(i).goesOn()) {
        break;
      }
    }
    return done;
  }

  @Test
  void provingStep_thatMayFail_letsTheOthersBeDone_thenAllIsTakenBack() {
    run(List.of(new Case(true, false, true), new Case(true, true, false), Case.of(7)));
    assertEquals(RecoveryProgress.AIM_MISSED, state.code());
    assertEquals("Step 2, do-2, proves the aim and is not done: not 2", state.message());
    assertEquals(List.of("undo-3", "undo-1"), undone);
  }

  @Test
  void planOfAnEarlierRelease_inWhichNoStepProves_isAPartOfItselfIfAnythingIsDone() {
    Case fails = new Case(true, false, false);
    run(List.of(fails, new Case(true, false, true), fails));
    assertEquals(RecoveryState.Phase.PARTLY_RECOVERED, state.phase());
    assertEquals("no", state.code());
    run(List.of(fails, fails, fails));
    assertEquals(RecoveryState.Phase.ROLLED_BACK, state.phase());
    assertEquals(RecoveryProgress.AIM_MISSED, state.code());
    assertEquals("None of the 3 steps is done", state.message());
  }
}
