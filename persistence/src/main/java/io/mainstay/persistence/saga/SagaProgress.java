package io.mainstay.persistence.saga;

import io.mainstay.persistence.serialization.EventMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Decides how a saga goes on: steps in order; after a failure the compensations of everything that
 * was asked for, in reverse order beginning with the failed step's own, each tried a bounded number
 * of times; then a look whether anything is left. Pure: the caller journals the events, then
 * carries the action out. Recovers from any prefix of the events.
 *
 * @param undoAttempts how often a compensation is tried, and how often it is looked whether
 *     anything is left, at least 1
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

    /** Look whether anything is left. */
    record Verify(int attempt) implements Action {}

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

  /** What the look found. */
  Decision verified(SagaState state, int attempt, Answer answer, UnaryOperator<EventMeta> stamp) {
    if (state.phase() != SagaState.Phase.VERIFYING || state.verifications() != attempt) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    if (answer instanceof Answer.Succeeded done) {
      draft.add(new SagaEvent.ReleaseVerified(draft.next(), done.evidence()));
      return end(draft);
    }
    Answer.Failed failed = (Answer.Failed) answer;
    draft.add(
        new SagaEvent.ReleaseIncomplete(draft.next(), attempt, failed.code(), failed.message()));
    return afterIncomplete(draft, failed.code(), failed.message());
  }

  /** A person has a stuck saga go on from where it stuck; nothing happens to another one. */
  Decision redrive(SagaState state, String by, UnaryOperator<EventMeta> stamp) {
    if (state.phase() != SagaState.Phase.STUCK) {
      return Decision.nothing();
    }
    Draft draft = new Draft(state, stamp);
    draft.add(new SagaEvent.SagaRedriven(draft.next(), by));
    return back(draft);
  }

  /** The entity was started again: after a restart of the node, or after a failed persist. */
  Decision recovered(SagaState state, UnaryOperator<EventMeta> stamp) {
    Draft draft = new Draft(state, stamp);
    return switch (state.phase()) {
      case NEW, COMPLETED, COMPENSATED, STUCK -> Decision.nothing();
      case COMPENSATING -> resumeBack(draft);
      case VERIFYING -> draft.then(new Action.Verify(state.verifications()));
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
    // Several only where something was left: then all, in reverse.
    Optional<SagaState.StepState> failed =
        draft.state.steps().stream()
            .filter(known -> known.status() == SagaState.Status.UNDO_FAILED)
            .reduce((earlier, later) -> later);
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
      if (steps.get(i).status().toBeUndone()) {
        SagaStep step = steps.get(i).step();
        draft.add(new SagaEvent.CompensationStarted(draft.next(), step, 1));
        return draft.then(new Action.UndoStep(step, 1));
      }
    }
    int attempt = draft.state.verifications() + 1;
    draft.add(new SagaEvent.VerificationStarted(draft.next(), attempt));
    return draft.then(new Action.Verify(attempt));
  }

  private Decision afterIncomplete(Draft draft, String code, String message) {
    if (draft.state.verifications() >= undoAttempts) {
      draft.add(new SagaEvent.SagaStuck(draft.next(), null, code, message));
      return draft.then(new Action.End());
    }
    List<SagaState.StepState> steps = draft.state.steps();
    return draft.then(new Action.UndoLater(steps.get(steps.size() - 1).step(), 1));
  }

  private Decision end(Draft draft) {
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
