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
import java.util.function.Supplier;
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
  void stepFails_compensatesInReverseBeginningWithItsOwn() {
    SagaState end = run(start(), step -> step == SagaStep.CACHE ? NO : YES, step -> YES);
    assertEquals(SagaState.Phase.COMPENSATED, end.phase());
    assertEquals("refused", end.code());
    assertEquals(Set.of(), effects);
    assertEquals(
        List.of(SagaStep.CACHE, SagaStep.ALLOCATE_MEMORY, SagaStep.RESERVE_DEVICE), undone());
    assertEquals(
        List.of("remove_model_from_cache", "deallocate_vram", "release_device_reservation"),
        undone().stream().map(SagaStep::compensation).toList());
    assertInstanceOf(SagaEvent.ReleaseVerified.class, journal.get(journal.size() - 2));
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
    assertEquals(
        List.of(SagaStep.ALLOCATE_MEMORY, SagaStep.ALLOCATE_MEMORY, SagaStep.RESERVE_DEVICE),
        tried);
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
  void stuckSaga_whenRedriven_goesOnFromWhereItStuck() {
    SagaState stuck =
        run(
            start(),
            step -> step == SagaStep.LOAD ? NO : YES,
            step -> step == SagaStep.ALLOCATE_MEMORY ? NO : YES);
    assertEquals(SagaState.Phase.STUCK, stuck.phase());
    assertEquals(Decision.nothing(), PROGRESS.recovered(stuck, stamp));
    journal.clear();
    Decision redriven = PROGRESS.redrive(stuck, "alice", stamp);
    SagaState again = run(stuck, redriven, step -> YES, step -> NO);
    assertEquals(SagaState.Phase.STUCK, again.phase(), "the cause is still there");
    assertEquals(1, again.redrives());
    journal.clear();
    SagaState end = run(again, PROGRESS.redrive(again, "alice", stamp), step -> YES, step -> YES);
    assertEquals(SagaState.Phase.COMPENSATED, end.phase());
    assertEquals(List.of(SagaStep.ALLOCATE_MEMORY, SagaStep.RESERVE_DEVICE), undone());
    assertEquals(Set.of(), effects);
    assertEquals(2, end.redrives());
    assertEquals(Decision.nothing(), PROGRESS.redrive(end, "alice", stamp));
  }

  @Test
  void resourceThatIsLeft_isTakenBackOnceMore_thenTheSagaIsStuck() {
    int[] looks = {0};
    look = () -> ++looks[0] == 1 ? new Answer.Failed("left", "the ledger has it", false) : YES;
    SagaState end = run(start(), step -> step == SagaStep.LOAD ? NO : YES, step -> YES);
    assertEquals(SagaState.Phase.COMPENSATED, end.phase());
    assertEquals(8, undone().size(), "every step twice");
    assertEquals(SagaStep.LOAD, undone().get(4));
    assertEquals("refused", end.code(), "what made it fail, not what was left for a while");
    journal.clear();
    look = () -> new Answer.Failed("left", "the ledger has it", false);
    SagaState stuck = run(start(), step -> step == SagaStep.LOAD ? NO : YES, step -> YES);
    assertEquals(SagaState.Phase.STUCK, stuck.phase());
    assertEquals("left", stuck.code());
    look = () -> YES;
    assertEquals(
        SagaState.Phase.COMPENSATED,
        run(stuck, PROGRESS.redrive(stuck, "alice", stamp), step -> YES, step -> YES).phase());
  }

  /** Whatever the worker answers, in any order of failures: it ends, and then nothing is left. */
  @Test
  void anyPatternOfFailures_endsCompensatedOrStuck_andRedrivesToCompensated() {
    for (int pattern = 0; pattern < 1 << 10; pattern++) {
      effects.clear();
      journal.clear();
      int bits = pattern;
      int[] asked = {0};
      int[] undos = {0};
      SagaState end =
          run(
              start(),
              step -> (bits >> asked[0]++ & 1) == 0 ? YES : asked[0] % 2 == 0 ? NO : SILENCE,
              step -> (bits >> (4 + undos[0]++ % 6) & 1) == 0 ? YES : NO);
      for (int drive = 0; end.phase() == SagaState.Phase.STUCK; drive++) {
        assertEquals(drive, end.redrives());
        end = run(end, PROGRESS.redrive(end, "me", stamp), step -> YES, step -> YES);
      }
      assertEquals(
          end.phase() == SagaState.Phase.COMPLETED ? Set.copyOf(PLAN.steps()) : Set.of(), effects);
      assertEquals(end, replay(journal), "pattern " + pattern);
    }
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
      look = () -> YES;
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
              step.status() == SagaState.Status.UNDONE,
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

  private Supplier<Answer> look =
      () -> effects.isEmpty() ? YES : new Answer.Failed("left", effects.toString(), false);

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
      } else if (decision.action() instanceof Action.Verify verify) {
        decision = PROGRESS.verified(state, verify.attempt(), look.get(), stamp);
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
