package io.mainstay.persistence.saga;

import io.mainstay.persistence.serialization.EventMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Decides how a saga goes on: steps in order; after a failure the compensations of everything that
 * may have had an effect, in reverse order, each tried a bounded number of times. Pure: the caller
 * journals the events, then carries the action out. Recovers from any prefix of the events.
 *
 * @param undoAttempts how often a compensation is tried, at least 1
 */
record SagaProgress(int undoAttempts) {
  /** Code of a saga given up since its node or its entity was restarted in the middle. */
  static final String INTERRUPTED = "saga_interrupted";

  /** What a step or compensation came to. */
  sealed interface Answer {
    /** The effect is there, or gone, as asked. */
    record Succeeded(String evidence) implements Answer {}

    /** Not so; {@code effectUnknown} if nobody knows how far it came. */
    record Failed(String code, String message, boolean effectUnknown) implements Answer {}
  }

  /** What is to be done once the events are durable. */
  sealed interface Action {
    /** Nothing: late or repeated input, or it is over. */
    record Nothing() implements Action {}

    /** Ask for the step. */
    record DoStep(SagaStep step) implements Action {}

    /** Ask for its compensation. */
    record UndoStep(SagaStep step, int attempt) implements Action {}

    /** Pause, then try the compensation again. */
    record UndoLater(SagaStep step, int attempt) implements Action {}

    /** Tell the subscribers. */
    record End() implements Action {}
  }

  /** Events to journal, and then what to do. */
  record Decision(List<SagaEvent> events, Action action) {
    Decision {
      events = List.copyOf(events);
    }

    static Decision nothing() {
      return new Decision(List.of(), new Action.Nothing());
    }
  }

  /** First events of a saga. */
  Decision start(String sagaId, SagaPlan plan, EventMeta meta, UnaryOperator<EventMeta> stamp) {
    Draft draft = new Draft(SagaState.empty(), stamp);
    draft.add(new SagaEvent.SagaStarted(meta, sagaId, plan));
    return forward(draft);
  }

  /** A step was answered. */
  Decision answered(SagaState state, SagaStep step, Answer answer, UnaryOperator<EventMeta> stamp) {
    boolean awaited =
        state.phase() == SagaState.Phase.RUNNING
            && state.started().filter(started -> started.step() == step).isPresent();
    if (!awaited) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    if (answer instanceof Answer.Succeeded done) {
      draft.add(new SagaEvent.StepSucceeded(draft.next(), step, done.evidence()));
      return forward(draft);
    }
    Answer.Failed failed = (Answer.Failed) answer;
    draft.add(
        new SagaEvent.StepFailed(
            draft.next(), step, failed.code(), failed.message(), failed.effectUnknown()));
    return back(draft);
  }

  /** A compensation was answered. */
  Decision undoAnswered(
      SagaState state, SagaStep step, int attempt, Answer answer, UnaryOperator<EventMeta> stamp) {
    boolean awaited =
        state.phase() == SagaState.Phase.COMPENSATING
            && state
                .step(step)
                .filter(known -> known.status() == SagaState.Status.UNDOING)
                .filter(known -> known.undoAttempts() == attempt)
                .isPresent();
    if (!awaited) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    if (answer instanceof Answer.Succeeded done) {
      draft.add(new SagaEvent.CompensationSucceeded(draft.next(), step, done.evidence()));
      return back(draft);
    }
    Answer.Failed failed = (Answer.Failed) answer;
    draft.add(
        new SagaEvent.CompensationFailed(
            draft.next(), step, attempt, failed.code(), failed.message()));
    return afterFailedUndo(draft, step, attempt, failed.code(), failed.message());
  }

  /** The pause before the next attempt is over. */
  Decision undoDue(SagaState state, SagaStep step, int attempt, UnaryOperator<EventMeta> stamp) {
    boolean awaited =
        state.phase() == SagaState.Phase.COMPENSATING
            && state
                .step(step)
                .filter(known -> known.status() == SagaState.Status.UNDO_FAILED)
                .filter(known -> known.undoAttempts() + 1 == attempt)
                .isPresent();
    if (!awaited) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    draft.add(new SagaEvent.CompensationStarted(draft.next(), step, attempt));
    return draft.then(new Action.UndoStep(step, attempt));
  }

  /** The entity was started again: after a restart of the node, or after a failed persist. */
  Decision recovered(SagaState state, UnaryOperator<EventMeta> stamp) {
    Draft draft = new Draft(state, stamp);
    return switch (state.phase()) {
      case NEW, COMPLETED, COMPENSATED, STUCK -> Decision.nothing();
      case COMPENSATING -> resumeBack(draft);
      case RUNNING -> {
        if (state.plan().effectsSurviveRestart()) {
          yield state.started().isPresent()
              ? draft.then(new Action.DoStep(state.started().get().step()))
              : forward(draft);
        }
        yield giveUp(draft);
      }
    };
  }

  private Decision giveUp(Draft draft) {
    String message =
        "Its node or its entity was restarted in the middle; what was done is taken back";
    List<SagaState.StepState> steps = draft.state.steps();
    if (steps.isEmpty()) {
      draft.add(new SagaEvent.SagaCompensated(draft.next(), INTERRUPTED, message));
      return draft.then(new Action.End());
    }
    SagaStep reached = steps.get(steps.size() - 1).step();
    draft.add(new SagaEvent.StepFailed(draft.next(), reached, INTERRUPTED, message, true));
    return back(draft);
  }

  private Decision resumeBack(Draft draft) {
    Optional<SagaState.StepState> undoing =
        draft.state.steps().stream()
            .filter(known -> known.status() == SagaState.Status.UNDOING)
            .findFirst();
    if (undoing.isPresent()) {
      SagaState.StepState step = undoing.get();
      return draft.then(new Action.UndoStep(step.step(), step.undoAttempts()));
    }
    Optional<SagaState.StepState> failed =
        draft.state.steps().stream()
            .filter(known -> known.status() == SagaState.Status.UNDO_FAILED)
            .findFirst();
    if (failed.isPresent()) {
      SagaState.StepState step = failed.get();
      return afterFailedUndo(
          draft, step.step(), step.undoAttempts(), draft.state.code(), step.evidence());
    }
    return back(draft);
  }

  private Decision afterFailedUndo(
      Draft draft, SagaStep step, int attempt, String code, String message) {
    if (attempt < undoAttempts) {
      return draft.then(new Action.UndoLater(step, attempt + 1));
    }
    draft.add(new SagaEvent.SagaStuck(draft.next(), step, code, message));
    return draft.then(new Action.End());
  }

  private Decision forward(Draft draft) {
    for (SagaStep step : draft.state.plan().steps()) {
      if (draft.state.step(step).isEmpty()) {
        draft.add(new SagaEvent.StepStarted(draft.next(), step));
        return draft.then(new Action.DoStep(step));
      }
    }
    draft.add(new SagaEvent.SagaCompleted(draft.next()));
    return draft.then(new Action.End());
  }

  private Decision back(Draft draft) {
    List<SagaState.StepState> steps = draft.state.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i).status().mayHaveEffect()) {
        SagaStep step = steps.get(i).step();
        draft.add(new SagaEvent.CompensationStarted(draft.next(), step, 1));
        return draft.then(new Action.UndoStep(step, 1));
      }
    }
    draft.add(
        new SagaEvent.SagaCompensated(draft.next(), draft.state.code(), draft.state.message()));
    return draft.then(new Action.End());
  }

  /** Events so far, and the state after them. Confined to one decision. */
  private static final class Draft {
    private final List<SagaEvent> events = new ArrayList<>();
    private final UnaryOperator<EventMeta> stamp;
    private SagaState state;

    Draft(SagaState state, UnaryOperator<EventMeta> stamp) {
      this.state = state;
      this.stamp = stamp;
    }

    EventMeta next() {
      return stamp.apply(state.last());
    }

    void add(SagaEvent event) {
      events.add(event);
      state = state.after(event);
    }

    Decision then(Action action) {
      return new Decision(events, action);
    }
  }
}
