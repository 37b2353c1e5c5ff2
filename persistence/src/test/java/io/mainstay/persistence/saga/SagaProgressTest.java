package io.mainstay.persistence.saga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.saga.SagaProgress.Action;
import io.mainstay.persistence.saga.SagaProgress.Answer;
import io.mainstay.persistence.saga.SagaProgress.Decision;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SagaProgressTest {
  private static final SagaPlan PLAN = new SagaPlan.ModelLoad("m", "1", "ab", "cpu-0", 10);
  private static final SagaProgress PROGRESS = new SagaProgress(2);
  private static final Answer YES = new Answer.Succeeded("seen");
  private static final Answer NO = new Answer.Failed("refused", "no room", false);
  private static final Answer SILENCE = new Answer.Failed("late", "no answer", true);

  private int ids;

  private final UnaryOperator<EventMeta> stamp =
      cause ->
          cause == null
              ? EventMeta.root("e" + ids++, Instant.EPOCH)
              : cause.causes("e" + ids++, Instant.EPOCH);

  /** A worker in memory: which effects are there. */
  private final Set<SagaStep> effects = EnumSet.noneOf(SagaStep.class);

  private final List<SagaEvent> journal = new ArrayList<>();

  @Test
  void everyStepSucceeds_completesInOrder() {
    SagaState end = run(start(), step -> YES, step -> YES);
    assertEquals(SagaState.Phase.COMPLETED, end.phase());
    assertEquals(Set.copyOf(PLAN.steps()), effects);
    assertEquals(PLAN.steps(), end.steps().stream().map(SagaState.StepState::step).toList());
  }

  @Test
  void stepFails_compensatesWhatSucceededInReverse() {
    SagaState end = run(start(), step -> step == SagaStep.CACHE ? NO : YES, step -> YES);
    assertEquals(SagaState.Phase.COMPENSATED, end.phase());
    assertEquals("refused", end.code());
    assertEquals(Set.of(), effects);
    assertEquals(List.of(SagaStep.ALLOCATE_MEMORY, SagaStep.RESERVE_DEVICE), undone());
  }

  @Test
  void stepIsSilent_isUndoneTooSinceItMayHaveHadItsEffect() {
    SagaState end = run(start(), step -> step == SagaStep.CACHE ? SILENCE : YES, step -> YES);
    assertEquals(SagaState.Phase.COMPENSATED, end.phase());
    assertEquals(
        List.of(SagaStep.CACHE, SagaStep.ALLOCATE_MEMORY, SagaStep.RESERVE_DEVICE), undone());
  }

  @Test
  void compensationFailsOnce_isTriedAgain() {
    List<SagaStep> tried = new ArrayList<>();
    SagaState end =
        run(
            start(),
            step -> step == SagaStep.ALLOCATE_MEMORY ? NO : YES,
            step -> {
              tried.add(step);
              return tried.size() == 1 ? NO : YES;
            });
    assertEquals(SagaState.Phase.COMPENSATED, end.phase());
    assertEquals(List.of(SagaStep.RESERVE_DEVICE, SagaStep.RESERVE_DEVICE), tried);
  }

  @Test
  void compensationFailsAsOftenAsAllowed_isStuck() {
    SagaState end = run(start(), step -> step == SagaStep.LOAD ? NO : YES, step -> NO);
    assertEquals(SagaState.Phase.STUCK, end.phase());
    assertInstanceOf(SagaEvent.SagaStuck.class, journal.get(journal.size() - 1));
    assertEquals(
        2, journal.stream().filter(SagaEvent.CompensationFailed.class::isInstance).count());
  }

  @Test
  void lateAndRepeatedAnswers_changeNothing() {
    Decision first = start();
    SagaState state = replay(first.events());
    assertEquals(Decision.nothing(), PROGRESS.answered(state, SagaStep.LOAD, YES, stamp));
    assertEquals(
        Decision.nothing(), PROGRESS.undoAnswered(state, SagaStep.RESERVE_DEVICE, 1, YES, stamp));
    assertEquals(Decision.nothing(), PROGRESS.undoDue(state, SagaStep.RESERVE_DEVICE, 2, stamp));
    SagaState ended = run(first, step -> YES, step -> YES);
    assertEquals(Decision.nothing(), PROGRESS.answered(ended, SagaStep.LOAD, NO, stamp));
    assertEquals(Decision.nothing(), PROGRESS.recovered(ended, stamp));
    assertEquals(Decision.nothing(), PROGRESS.recovered(SagaState.empty(), stamp));
  }

  /** The node dies after any prefix of the events of every kind of run, and starts again. */
  @Test
  void crashBetweenAnyTwoEvents_endsWithNoEffectLeft() {
    for (int failing = 0; failing <= PLAN.steps().size(); failing++) {
      int fails = failing;
      journal.clear();
      effects.clear();
      run(start(), step -> step.ordinal() == fails ? SILENCE : YES, step -> YES);
      List<SagaEvent> whole = List.copyOf(journal);
      for (int crash = 1; crash <= whole.size(); crash++) {
        SagaState before = replay(whole.subList(0, crash));
        if (before.phase().ended()) {
          continue;
        }
        journal.clear();
        Decision wake = PROGRESS.recovered(before, stamp);
        SagaState end = run(before, wake, step -> YES, step -> YES);
        assertEquals(SagaState.Phase.COMPENSATED, end.phase(), whole.subList(0, crash).toString());
        for (SagaState.StepState step : end.steps()) {
          assertTrue(
              step.status() == SagaState.Status.UNDONE || step.status() == SagaState.Status.FAILED,
              "left " + step + " after a crash behind " + whole.get(crash - 1));
        }
      }
    }
  }

  @Test
  void crashWhileACompensationIsRetried_goesOnCountingItsAttempts() {
    Decision first = start();
    SagaState state = replay(first.events());
    state = apply(state, PROGRESS.answered(state, SagaStep.RESERVE_DEVICE, SILENCE, stamp));
    Decision failed = PROGRESS.undoAnswered(state, SagaStep.RESERVE_DEVICE, 1, NO, stamp);
    assertEquals(new Action.UndoLater(SagaStep.RESERVE_DEVICE, 2), failed.action());
    state = apply(state, failed);
    Decision wake = PROGRESS.recovered(state, stamp);
    assertEquals(new Action.UndoLater(SagaStep.RESERVE_DEVICE, 2), wake.action());
    Decision due = PROGRESS.undoDue(state, SagaStep.RESERVE_DEVICE, 2, stamp);
    assertEquals(new Action.UndoStep(SagaStep.RESERVE_DEVICE, 2), due.action());
    state = apply(state, due);
    assertEquals(
        new Action.End(),
        PROGRESS.undoAnswered(state, SagaStep.RESERVE_DEVICE, 2, NO, stamp).action());
  }

  @Test
  void everyEvent_followsFromTheOneBefore() {
    run(start(), step -> step == SagaStep.CACHE ? NO : YES, step -> YES);
    for (int i = 1; i < journal.size(); i++) {
      assertEquals(journal.get(i - 1).meta().eventId(), journal.get(i).meta().causeId());
      assertEquals(journal.get(0).meta().eventId(), journal.get(i).meta().rootId());
    }
  }

  private interface Worker {
    Answer answer(SagaStep step);
  }

  private Decision start() {
    return PROGRESS.start("saga", PLAN, stamp.apply(null), stamp);
  }

  private SagaState run(Decision first, Worker doing, Worker undoing) {
    return run(SagaState.empty(), first, doing, undoing);
  }

  private SagaState run(SagaState from, Decision first, Worker doing, Worker undoing) {
    Decision decision = first;
    SagaState state = apply(from, first);
    journal.addAll(first.events());
    for (int i = 0; i < 50; i++) {
      if (decision.action() instanceof Action.DoStep step) {
        Answer answer = doing.answer(step.step());
        if (answer instanceof Answer.Succeeded) {
          effects.add(step.step());
        }
        decision = PROGRESS.answered(state, step.step(), answer, stamp);
      } else if (decision.action() instanceof Action.UndoStep undo) {
        Answer answer = undoing.answer(undo.step());
        if (answer instanceof Answer.Succeeded) {
          effects.remove(undo.step());
        }
        decision = PROGRESS.undoAnswered(state, undo.step(), undo.attempt(), answer, stamp);
      } else if (decision.action() instanceof Action.UndoLater later) {
        decision = PROGRESS.undoDue(state, later.step(), later.attempt(), stamp);
      } else {
        assertInstanceOf(Action.End.class, decision.action());
        return state;
      }
      journal.addAll(decision.events());
      state = apply(state, decision);
    }
    throw new AssertionError("does not end: " + journal);
  }

  private List<SagaStep> undone() {
    return journal.stream()
        .filter(SagaEvent.CompensationSucceeded.class::isInstance)
        .map(event -> ((SagaEvent.CompensationSucceeded) event).step())
        .toList();
  }

  private static SagaState apply(SagaState state, Decision decision) {
    SagaState next = state;
    for (SagaEvent event : decision.events()) {
      next = next.after(event);
    }
    return next;
  }

  private static SagaState replay(List<SagaEvent> events) {
    return apply(SagaState.empty(), new Decision(events, new Action.Nothing()));
  }
}
