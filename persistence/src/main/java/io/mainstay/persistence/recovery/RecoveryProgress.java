package io.mainstay.persistence.recovery;

import io.mainstay.persistence.recovery.RecoveryOutcome.End;
import io.mainstay.persistence.recovery.RecoveryPlan.Flow;
import io.mainstay.persistence.recovery.RecoveryPlan.OnFailure;
import io.mainstay.persistence.recovery.RecoveryPlan.Step;
import io.mainstay.persistence.recovery.RecoveryState.Phase;
import io.mainstay.persistence.recovery.RecoveryState.Status;
import io.mainstay.persistence.recovery.RecoveryState.StepState;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Decides how a recovery goes on. Pure: the caller journals the events, then carries the action
 * out. Goes on from any prefix of the decisions: a step that was asked for when the node died is
 * asked for again.
 *
 * @param undoAttempts how often what takes a step back is tried, at least 1
 * @param resumesMax how often a step, or what takes it back, is asked for again since the node
 *     died, at least 0; one that takes the node down must not do so for ever
 */
record RecoveryProgress(int undoAttempts, int resumesMax) {
  /** Code of a step that was asked for again and again, and the node died each time. */
  static final String INTERRUPTED = "recovery_interrupted";

  /** Code of a recovery that took longer than its plan allows. */
  static final String LIMIT_EXCEEDED = "recovery_limit_exceeded";

  /** Code of one whose steps were all tried, and the aim is not reached. */
  static final String AIM_MISSED = "recovery_aim_missed";

  /** Code of one that came to an orderly end of the operation. */
  static final String ABORTED = "operation_aborted";

  /** What a step or its rollback came to. */
  sealed interface Answer {
    /** The effect is there, or gone, as asked. */
    record Done(String evidence, boolean enough, String sharedWith) implements Answer {}

    /** Not so; {@code effectUnknown} if nobody knows how far it came. */
    record Failed(String code, String message, boolean effectUnknown) implements Answer {}
  }

  /** What is to be done once the events are durable. */
  sealed interface Action {
    /** Nothing: late or repeated input, or it is over. */
    record Nothing() implements Action {}

    /** Ask for the step. */
    record DoStep(Step step, int attempt) implements Action {}

    /** Pause, then ask for it again. */
    record DoLater(Step step, int attempt) implements Action {}

    /** Ask for what takes it back. */
    record UndoStep(Step step, int attempt) implements Action {}

    /** Pause, then ask for that again. */
    record UndoLater(Step step, int attempt) implements Action {}

    /** Tell who has to know. */
    record Finish() implements Action {}
  }

  /** Events to journal, and then what to do. */
  record Decision(List<RecoveryEvent> events, Action action) {
    Decision {
      events = List.copyOf(events);
    }

    static Decision nothing() {
      return new Decision(List.of(), new Action.Nothing());
    }
  }

  /**
   * First events.
   *
   * @param by the person who asked for it; empty where a fault did
   */
  Decision begin(
      String recoveryId,
      RecoveryPlan plan,
      String by,
      EventMeta meta,
      UnaryOperator<EventMeta> stamp) {
    Draft draft = new Draft(RecoveryState.empty(), stamp);
    draft.add(new RecoveryEvent.RecoveryBegun(meta, recoveryId, plan));
    if (!by.isEmpty()) {
      draft.add(new RecoveryEvent.RecoveryRequested(draft.next(), by));
    }
    return ask(draft, plan.step(1), 1);
  }

  /** A step was answered. */
  Decision answered(
      RecoveryState state, int step, int attempt, Answer answer, UnaryOperator<EventMeta> stamp) {
    if (!awaits(state, step, attempt, Status.BEGUN)) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    if (answer instanceof Answer.Done done) {
      draft.add(
          new RecoveryEvent.RecoveryStepDone(
              draft.next(), step, done.evidence(), done.enough(), done.sharedWith()));
      return forward(draft);
    }
    Answer.Failed failed = (Answer.Failed) answer;
    draft.add(
        new RecoveryEvent.RecoveryStepFailed(
            draft.next(), step, attempt, failed.code(), failed.message(), failed.effectUnknown()));
    return attempt < state.plan().step(step).attempts()
        ? draft.then(new Action.DoLater(state.plan().step(step), attempt + 1))
        : afterFailure(draft);
  }

  /** The pause before the next attempt of a step is over. */
  Decision stepDue(RecoveryState state, int step, int attempt, UnaryOperator<EventMeta> stamp) {
    boolean awaited =
        state.phase() == Phase.RUNNING
            && state
                .current()
                .filter(known -> known.number() == step && known.attempts() + 1 == attempt)
                .filter(known -> failed(known.status()))
                .isPresent();
    return awaited
        ? ask(new Draft(state, stamp), state.plan().step(step), attempt)
        : Decision.nothing();
  }

  /** All together took too long. What is asked for is waited for no longer. */
  Decision limitOver(RecoveryState state, UnaryOperator<EventMeta> stamp) {
    if (state.phase() != Phase.RUNNING) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    String message = "Not done within " + state.plan().limitMillis() + " ms";
    state
        .current()
        .filter(known -> known.status() == Status.BEGUN)
        .ifPresent(
            known ->
                draft.add(
                    new RecoveryEvent.RecoveryStepFailed(
                        draft.next(),
                        known.number(),
                        known.attempts(),
                        LIMIT_EXCEEDED,
                        message,
                        true)));
    return turnBack(draft, LIMIT_EXCEEDED, message);
  }

  /** What takes a step back was answered. */
  Decision undoAnswered(
      RecoveryState state, int step, int attempt, Answer answer, UnaryOperator<EventMeta> stamp) {
    boolean awaited =
        state.phase() == Phase.ROLLING_BACK
            && state
                .step(step)
                .filter(known -> known.status() == Status.UNDOING)
                .filter(known -> known.undoAttempts() == attempt)
                .isPresent();
    if (!awaited) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    if (answer instanceof Answer.Done done) {
      draft.add(new RecoveryEvent.RollbackDone(draft.next(), step, done.evidence()));
      return back(draft);
    }
    Answer.Failed failed = (Answer.Failed) answer;
    draft.add(
        new RecoveryEvent.RollbackFailed(
            draft.next(), step, attempt, failed.code(), failed.message()));
    return afterFailedUndo(draft, step, attempt, failed.message());
  }

  /** The pause before the next attempt of a rollback is over. */
  Decision undoDue(RecoveryState state, int step, int attempt, UnaryOperator<EventMeta> stamp) {
    boolean awaited =
        state.phase() == Phase.ROLLING_BACK
            && state
                .step(step)
                .filter(known -> known.status() == Status.UNDO_FAILED)
                .filter(known -> known.undoAttempts() + 1 == attempt)
                .isPresent();
    return awaited ? undo(new Draft(state, stamp), step, attempt) : Decision.nothing();
  }

  /** A person has a stuck one go on taking back; nothing happens to another one. */
  Decision redrive(RecoveryState state, String by, UnaryOperator<EventMeta> stamp) {
    if (state.phase() != Phase.STUCK) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    draft.add(new RecoveryEvent.RecoveryRedriven(draft.next(), by));
    return back(draft);
  }

  /** The entity was started again: after a restart of the node, or after a failed persist. */
  Decision resumed(RecoveryState state, UnaryOperator<EventMeta> stamp) {
    Draft draft = new Draft(state, stamp);
    if (state.phase() == Phase.RUNNING) {
      return resumeForward(draft);
    }
    return state.phase() == Phase.ROLLING_BACK ? resumeBack(draft) : Decision.nothing();
  }

  private Decision resumeForward(Draft draft) {
    RecoveryPlan plan = draft.state.plan();
    if (draft.state.current().isEmpty()) {
      return ask(draft, plan.step(1), 1);
    }
    StepState current = draft.state.current().get();
    Step step = plan.step(current.number());
    if (failed(current.status())) {
      return draft.then(new Action.DoLater(step, current.attempts() + 1));
    }
    if (current.status() == Status.DONE) {
      return forward(draft);
    }
    if (current.attempts() < step.attempts() + resumesMax) {
      return ask(draft, step, current.attempts() + 1);
    }
    draft.add(
        new RecoveryEvent.RecoveryStepFailed(
            draft.next(),
            step.number(),
            current.attempts(),
            INTERRUPTED,
            "The node died " + current.attempts() + " times while this was asked for",
            true));
    return afterFailure(draft);
  }

  private Decision resumeBack(Draft draft) {
    for (StepState known : draft.state.steps()) {
      if (known.status() == Status.UNDOING) {
        return known.undoAttempts() < undoAttempts + resumesMax
            ? undo(draft, known.number(), known.undoAttempts() + 1)
            : stuck(draft, known.number(), known.undoAttempts(), INTERRUPTED);
      }
      if (known.status() == Status.UNDO_FAILED) {
        return afterFailedUndo(draft, known.number(), known.undoAttempts(), known.evidence());
      }
    }
    return back(draft);
  }

  /** The current step is done. */
  private Decision forward(Draft draft) {
    StepState current = draft.state.current().orElseThrow();
    Flow flow = draft.state.plan().flow();
    boolean enough = flow == Flow.FIRST_THAT_WORKS || flow == Flow.UNTIL_ENOUGH && current.enough();
    if (!enough) {
      return next(draft);
    }
    return draft.state.plan().step(current.number()).aborts() && !current.enough()
        ? end(draft, End.ABORTED, ABORTED, current.evidence())
        : end(draft, End.RECOVERED, "", "");
  }

  /** The current step has failed for good. */
  private Decision afterFailure(Draft draft) {
    StepState current = draft.state.current().orElseThrow();
    RecoveryPlan plan = draft.state.plan();
    boolean fatal =
        plan.flow() == Flow.ALL && plan.step(current.number()).onFailure() == OnFailure.ROLL_BACK;
    return fatal ? turnBack(draft, draft.state.code(), draft.state.message()) : next(draft);
  }

  private Decision next(Draft draft) {
    RecoveryPlan plan = draft.state.plan();
    Optional<Step> next = plan.after(draft.state.current().orElseThrow().number());
    if (next.isPresent()) {
      return ask(draft, next.get(), 1);
    }
    return switch (plan.flow()) {
      case ALL -> afterAll(draft);
      case UNTIL_ENOUGH ->
          turnBack(
              draft,
              AIM_MISSED,
              "All " + plan.steps().size() + " steps were tried, and the aim is not reached");
      case FIRST_THAT_WORKS -> turnBack(draft, draft.state.code(), draft.state.message());
    };
  }

  /** Every step was tried. It is a part of itself only if what proves its aim is done. */
  private static Optional<String> missed(RecoveryState state) {
    Optional<StepState> unproven =
        state.steps().stream()
            .filter(known -> known.status() != Status.DONE)
            .filter(known -> state.plan().step(known.number()).proves())
            .findFirst();
    if (unproven.isPresent()) {
      Step step = state.plan().step(unproven.get().number());
      return Optional.of(
          "Step %d, %s, proves the aim and is not done: %s"
              .formatted(step.number(), step.action(), unproven.get().evidence()));
    }
    return state.steps().stream().anyMatch(known -> known.status() == Status.DONE)
        ? Optional.empty()
        : Optional.of("None of the %d steps is done".formatted(state.steps().size()));
  }

  private Decision afterAll(Draft draft) {
    Optional<String> missed = missed(draft.state);
    if (missed.isPresent()) {
      return turnBack(draft, AIM_MISSED, missed.get());
    }
    return draft.state.steps().stream().allMatch(known -> known.status() == Status.DONE)
        ? end(draft, End.RECOVERED, "", "")
        : end(draft, End.PARTLY_RECOVERED, draft.state.code(), draft.state.message());
  }

  private Decision turnBack(Draft draft, String code, String message) {
    draft.add(new RecoveryEvent.RecoveryTurnedBack(draft.next(), code, message));
    return back(draft);
  }

  private Decision back(Draft draft) {
    List<StepState> steps = draft.state.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      StepState known = steps.get(i);
      // Also what another one did for both: whoever does the steps knows who needs it still.
      boolean effect =
          known.status() == Status.DONE
              || known.status() == Status.UNKNOWN
              || known.status() == Status.FAILED && known.doubtful();
      if (effect && !draft.state.plan().step(known.number()).rollback().isEmpty()) {
        return undo(draft, known.number(), 1);
      }
    }
    return end(draft, End.ROLLED_BACK, draft.state.code(), draft.state.message());
  }

  private Decision afterFailedUndo(Draft draft, int step, int attempt, String message) {
    if (attempt < undoAttempts) {
      return draft.then(new Action.UndoLater(draft.state.plan().step(step), attempt + 1));
    }
    return stuck(draft, step, attempt, message);
  }

  private static Decision stuck(Draft draft, int step, int attempt, String message) {
    return end(
        draft,
        End.STUCK,
        draft.state.code(),
        draft.state.plan().step(step).rollback() + " failed " + attempt + " times: " + message);
  }

  private static Decision ask(Draft draft, Step step, int attempt) {
    draft.add(new RecoveryEvent.RecoveryStepBegun(draft.next(), step.number(), attempt));
    return draft.then(new Action.DoStep(step, attempt));
  }

  private static Decision undo(Draft draft, int step, int attempt) {
    draft.add(new RecoveryEvent.RollbackBegun(draft.next(), step, attempt));
    return draft.then(new Action.UndoStep(draft.state.plan().step(step), attempt));
  }

  private static Decision end(Draft draft, End end, String code, String message) {
    draft.add(new RecoveryEvent.RecoveryEnded(draft.next(), end, code, message));
    return draft.then(new Action.Finish());
  }

  private static boolean awaits(RecoveryState state, int step, int attempt, Status status) {
    return state.phase() == Phase.RUNNING
        && state
            .current()
            .filter(known -> known.number() == step && known.attempts() == attempt)
            .filter(known -> known.status() == status)
            .isPresent();
  }

  private static boolean failed(Status status) {
    return status == Status.FAILED || status == Status.UNKNOWN;
  }

  /** Events so far, and the state after them. Confined to one decision. */
  private static final class Draft {
    private final List<RecoveryEvent> events = new ArrayList<>();
    private final UnaryOperator<EventMeta> stamp;
    private RecoveryState state;

    Draft(RecoveryState state, UnaryOperator<EventMeta> stamp) {
      this.state = state;
      this.stamp = stamp;
    }

    EventMeta next() {
      return stamp.apply(state.last());
    }

    void add(RecoveryEvent event) {
      events.add(event);
      state = state.after(event);
    }

    Decision then(Action action) {
      return new Decision(events, action);
    }
  }
}
