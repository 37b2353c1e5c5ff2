package io.mainstay.persistence.recovery;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How far a recovery is. Immutable; {@link #after} gives the next one.
 *
 * @param plan null before the beginning
 * @param steps that were begun, in order
 * @param code why it does not recover all, or empty
 * @param last latest event, or null before the beginning
 * @param endedAt null until the end
 * @param redrives how often a person had it go on
 */
record RecoveryState(
    String recoveryId,
    RecoveryPlan plan,
    Phase phase,
    List<StepState> steps,
    String code,
    String message,
    EventMeta last,
    Instant begunAt,
    Instant endedAt,
    int redrives)
    implements JournalEvent {

  /** Life of a recovery. */
  enum Phase {
    NEW,
    RUNNING,
    ROLLING_BACK,
    RECOVERED,
    PARTLY_RECOVERED,
    ABORTED,
    ROLLED_BACK,
    STUCK;

    boolean ended() {
      return ordinal() >= RECOVERED.ordinal();
    }
  }

  /** Life of a step. */
  enum Status {
    /** Asked for, not answered. */
    BEGUN,
    DONE,
    /** Failed, and nothing of it was left behind. */
    FAILED,
    /** Failed, and it may have had its effect. */
    UNKNOWN,
    /** What takes it back is asked for. */
    UNDOING,
    /** That failed. */
    UNDO_FAILED,
    UNDONE
  }

  /**
   * A step that was begun.
   *
   * @param attempts of the step, from 1
   * @param doubtful an attempt did not answer: it may have had its effect, whatever later ones said
   * @param undoAttempts of its rollback, since the last redrive
   * @param evidence what the last answer said
   * @param enough the step reached the aim of the whole
   * @param sharedWith the recovery that did it, or empty
   * @param code why it failed, or empty
   */
  record StepState(
      int number,
      Status status,
      int attempts,
      boolean doubtful,
      int undoAttempts,
      String evidence,
      boolean enough,
      String sharedWith,
      String code) {
    StepState {
      // A snapshot of before does not say it.
      code = code == null ? "" : code;
    }

    StepState with(Status next, String seen) {
      return new StepState(
          number, next, attempts, doubtful, undoAttempts, seen, enough, sharedWith, code);
    }

    StepState failed(Status next, String seen, String why) {
      return new StepState(
          number, next, attempts, doubtful, undoAttempts, seen, enough, sharedWith, why);
    }

    StepState undoing(int attempt) {
      return new StepState(
          number, Status.UNDOING, attempts, doubtful, attempt, evidence, enough, sharedWith, code);
    }
  }

  RecoveryState {
    steps = List.copyOf(steps);
  }

  static RecoveryState empty() {
    return new RecoveryState("", null, Phase.NEW, List.of(), "", "", null, null, null, 0);
  }

  Optional<StepState> step(int number) {
    return steps.stream().filter(known -> known.number() == number).findFirst();
  }

  /** Whether an earlier attempt of the step may have had its effect. */
  private boolean isDoubtful(int number) {
    return step(number)
        .filter(
            before ->
                before.doubtful()
                    || before.status() == Status.UNKNOWN
                    || before.status() == Status.BEGUN)
        .isPresent();
  }

  /** The one asked for and not answered, or failed and to be tried again. */
  Optional<StepState> current() {
    return steps.isEmpty() ? Optional.empty() : Optional.of(steps.get(steps.size() - 1));
  }

  /** Whether it failed for want of time: that of a step that it needs, or of all together. */
  boolean ranOutOfTime() {
    return code.equals(RecoveryProgress.LIMIT_EXCEEDED) || steps.stream().anyMatch(this::isLate);
  }

  private boolean isLate(StepState known) {
    RecoveryPlan.Step step = plan.step(known.number());
    boolean needed =
        step.proves()
            || plan.flow() == RecoveryPlan.Flow.ALL
                && step.onFailure() == RecoveryPlan.OnFailure.ROLL_BACK;
    return needed
        && (known.code().equals(Recovery.STEP_LIMIT_EXCEEDED)
            || known.code().equals(RecoveryStepOutcome.Failed.EFFECT_MISSING));
  }

  /** What the event makes of this. */
  RecoveryState after(RecoveryEvent event) {
    if (event instanceof RecoveryEvent.RecoveryBegun begun) {
      EventMeta meta = begun.meta();
      return new RecoveryState(
          begun.recoveryId(),
          begun.plan(),
          Phase.RUNNING,
          List.of(),
          "",
          "",
          meta,
          meta.at(),
          null,
          0);
    }
    if (event instanceof RecoveryEvent.RecoveryStepBegun begun) {
      List<StepState> next = new ArrayList<>(steps);
      next.removeIf(known -> known.number() == begun.step());
      next.add(
          new StepState(
              begun.step(),
              Status.BEGUN,
              begun.attempt(),
              isDoubtful(begun.step()),
              0,
              "",
              false,
              "",
              ""));
      return with(phase, next, code, message, event.meta(), null);
    }
    if (event instanceof RecoveryEvent.RecoveryStepDone done) {
      return changed(
          done.step(),
          old ->
              new StepState(
                  old.number(),
                  Status.DONE,
                  old.attempts(),
                  old.doubtful(),
                  0,
                  done.evidence(),
                  done.enough(),
                  done.sharedWith(),
                  ""),
          event);
    }
    if (event instanceof RecoveryEvent.RecoveryStepFailed failed) {
      Status status = failed.effectUnknown() ? Status.UNKNOWN : Status.FAILED;
      RecoveryState next =
          changed(failed.step(), old -> old.failed(status, failed.message(), failed.code()), event);
      return next.with(phase, next.steps, failed.code(), failed.message(), event.meta(), null);
    }
    if (event instanceof RecoveryEvent.RecoveryRequested) {
      return with(phase, steps, code, message, event.meta(), null);
    }
    if (event instanceof RecoveryEvent.RecoveryTurnedBack back) {
      return with(Phase.ROLLING_BACK, steps, back.code(), back.message(), back.meta(), null);
    }
    if (event instanceof RecoveryEvent.RollbackBegun undo) {
      return changed(undo.step(), old -> old.undoing(undo.attempt()), event);
    }
    if (event instanceof RecoveryEvent.RollbackDone undone) {
      return changed(undone.step(), old -> old.with(Status.UNDONE, undone.evidence()), event);
    }
    if (event instanceof RecoveryEvent.RollbackFailed failed) {
      return changed(failed.step(), old -> old.with(Status.UNDO_FAILED, failed.message()), event);
    }
    if (event instanceof RecoveryEvent.RecoveryRedriven redriven) {
      List<StepState> fresh =
          steps.stream()
              .map(old -> old.status() == Status.UNDO_FAILED ? old.with(Status.UNKNOWN, "") : old)
              .toList();
      RecoveryState next = with(Phase.ROLLING_BACK, fresh, code, message, redriven.meta(), null);
      return new RecoveryState(
          recoveryId,
          plan,
          next.phase,
          next.steps,
          code,
          message,
          next.last,
          begunAt,
          null,
          redrives + 1);
    }
    RecoveryEvent.RecoveryEnded ended = (RecoveryEvent.RecoveryEnded) event;
    return with(
        Phase.valueOf(ended.end().name()),
        steps,
        ended.code(),
        ended.message(),
        ended.meta(),
        ended.meta().at());
  }

  private RecoveryState changed(int number, UnaryOperator<StepState> change, RecoveryEvent event) {
    List<StepState> next =
        steps.stream()
            .map(known -> known.number() == number ? change.apply(known) : known)
            .toList();
    return with(phase, next, code, message, event.meta(), null);
  }

  private RecoveryState with(
      Phase nextPhase,
      List<StepState> nextSteps,
      String nextCode,
      String nextMessage,
      EventMeta meta,
      Instant end) {
    return new RecoveryState(
        recoveryId,
        plan,
        nextPhase,
        nextSteps,
        nextCode,
        nextMessage,
        meta,
        begunAt,
        end,
        redrives);
  }
}
