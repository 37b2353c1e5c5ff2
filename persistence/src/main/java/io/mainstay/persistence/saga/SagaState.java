package io.mainstay.persistence.saga;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How far a saga is. Immutable; {@link #after} gives the next one.
 *
 * @param plan null before the start
 * @param steps those that were reached, in order
 * @param code why it does not complete, or empty
 * @param last latest event, or null before the start
 * @param endedAt null until the end
 * @param verifications how often it was looked whether everything is gone, since the last redrive
 * @param redrives how often a person had it go on
 */
record SagaState(
    String sagaId,
    SagaPlan plan,
    Phase phase,
    List<StepState> steps,
    String code,
    String message,
    EventMeta last,
    Instant startedAt,
    Instant endedAt,
    int verifications,
    int redrives)
    implements JournalEvent {

  /** Life of a saga. */
  enum Phase {
    NEW,
    RUNNING,
    COMPENSATING,
    /** Everything is taken back, and whether that is so is being looked at. */
    VERIFYING,
    COMPLETED,
    COMPENSATED,
    STUCK;

    boolean ended() {
      return this == COMPLETED || this == COMPENSATED || this == STUCK;
    }
  }

  /** Life of a step. */
  enum Status {
    /** Asked for, not answered. */
    STARTED,
    SUCCEEDED,
    /** Failed, and nothing of it was left behind. */
    FAILED,
    /** Failed, and it may have had its effect. */
    UNKNOWN,
    /** Its compensation is asked for. */
    UNDOING,
    /** That failed; the next attempt is due. */
    UNDO_FAILED,
    UNDONE;

    /** A step that failed too: whatever it says, its compensation is asked for first. */
    boolean toBeUndone() {
      return this != UNDONE && this != UNDOING;
    }
  }

  /** A step that was reached. */
  record StepState(SagaStep step, Status status, int undoAttempts, String evidence) {}

  SagaState {
    steps = List.copyOf(steps);
  }

  static SagaState empty() {
    return new SagaState("", null, Phase.NEW, List.of(), "", "", null, null, null, 0, 0);
  }

  Optional<StepState> step(SagaStep step) {
    return steps.stream().filter(known -> known.step() == step).findFirst();
  }

  /** The step asked for and not answered. */
  Optional<StepState> started() {
    return steps.stream().filter(known -> known.status() == Status.STARTED).findFirst();
  }

  /** What the event makes of this. */
  SagaState after(SagaEvent event) {
    if (event instanceof SagaEvent.SagaStarted started) {
      EventMeta meta = started.meta();
      return new SagaState(
          started.sagaId(),
          started.plan(),
          Phase.RUNNING,
          List.of(),
          "",
          "",
          meta,
          meta.at(),
          null,
          0,
          0);
    }
    if (event instanceof SagaEvent.StepStarted started) {
      List<StepState> next = new ArrayList<>(steps);
      next.removeIf(known -> known.step() == started.step());
      next.add(new StepState(started.step(), Status.STARTED, 0, ""));
      return with(phase, next, code, message, event.meta(), null);
    }
    if (event instanceof SagaEvent.StepSucceeded done) {
      return changed(
          phase,
          done.step(),
          old -> new StepState(old.step(), Status.SUCCEEDED, 0, done.evidence()),
          event);
    }
    if (event instanceof SagaEvent.StepFailed failed) {
      Status status = failed.effectUnknown() ? Status.UNKNOWN : Status.FAILED;
      SagaState next =
          changed(
              Phase.COMPENSATING,
              failed.step(),
              old -> new StepState(old.step(), status, 0, failed.message()),
              event);
      return next.with(
          Phase.COMPENSATING, next.steps, failed.code(), failed.message(), event.meta(), null);
    }
    if (event instanceof SagaEvent.CompensationStarted undo) {
      return changed(
          Phase.COMPENSATING,
          undo.step(),
          old -> new StepState(old.step(), Status.UNDOING, undo.attempt(), old.evidence()),
          event);
    }
    if (event instanceof SagaEvent.CompensationSucceeded undone) {
      return changed(
          phase,
          undone.step(),
          old -> new StepState(old.step(), Status.UNDONE, old.undoAttempts(), undone.evidence()),
          event);
    }
    if (event instanceof SagaEvent.CompensationFailed failed) {
      return changed(
          phase,
          failed.step(),
          old -> new StepState(old.step(), Status.UNDO_FAILED, failed.attempt(), failed.message()),
          event);
    }
    if (event instanceof SagaEvent.VerificationStarted look) {
      return with(Phase.VERIFYING, steps, code, message, look.meta(), null)
          .counting(look.attempt(), redrives);
    }
    if (event instanceof SagaEvent.ReleaseIncomplete left) {
      return with(Phase.COMPENSATING, again(left.message()), code, message, left.meta(), null);
    }
    if (event instanceof SagaEvent.SagaRedriven redriven) {
      List<StepState> next =
          steps.stream()
              .map(
                  known ->
                      known.status() == Status.UNDO_FAILED
                          ? new StepState(known.step(), Status.UNDO_FAILED, 0, known.evidence())
                          : known)
              .toList();
      return with(Phase.COMPENSATING, next, code, message, redriven.meta(), null)
          .counting(0, redrives + 1);
    }
    if (event instanceof SagaEvent.ReleaseVerified verified) {
      return with(phase, steps, code, message, verified.meta(), null);
    }
    if (event instanceof SagaEvent.SagaCompensated end) {
      return with(Phase.COMPENSATED, steps, end.code(), end.message(), end.meta(), end.meta().at());
    }
    if (event instanceof SagaEvent.SagaStuck end) {
      return with(Phase.STUCK, steps, end.code(), end.message(), end.meta(), end.meta().at());
    }
    return with(Phase.COMPLETED, steps, code, message, event.meta(), event.meta().at());
  }

  /** Every step is to be taken back once more. */
  private List<StepState> again(String why) {
    return steps.stream()
        .map(known -> new StepState(known.step(), Status.UNDO_FAILED, 0, why))
        .toList();
  }

  private SagaState counting(int looks, int driven) {
    return new SagaState(
        sagaId, plan, phase, steps, code, message, last, startedAt, endedAt, looks, driven);
  }

  private SagaState changed(
      Phase nextPhase, SagaStep step, UnaryOperator<StepState> change, SagaEvent event) {
    List<StepState> next =
        steps.stream().map(known -> known.step() == step ? change.apply(known) : known).toList();
    return with(nextPhase, next, code, message, event.meta(), null);
  }

  private SagaState with(
      Phase nextPhase,
      List<StepState> nextSteps,
      String nextCode,
      String nextMessage,
      EventMeta meta,
      Instant end) {
    return new SagaState(
        sagaId,
        plan,
        nextPhase,
        nextSteps,
        nextCode,
        nextMessage,
        meta,
        startedAt,
        end,
        verifications,
        redrives);
  }
}
