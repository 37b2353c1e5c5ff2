package io.mainstay.persistence.session;

/** What each event makes of a session's state. Pure; the entity's recovery is this and no more. */
final class SessionFold {
  private SessionFold() {}

  /**
   * The state after the event.
   *
   * @throws IllegalStateException if it cannot happen in that state
   */
  static SessionState after(SessionState state, SessionEvent event) {
    if (state instanceof SessionState.Empty empty
        && event instanceof SessionEvent.WorkflowAccepted accepted) {
      return empty.accepted(accepted);
    }
    if (state instanceof SessionState.Accepted accepted
        && event instanceof SessionEvent.PlanMade planned) {
      return accepted.planned(planned);
    }
    if (state instanceof SessionState.Active active) {
      SessionState next = ofActive(active, event);
      if (next != null) {
        return next;
      }
    }
    if (state instanceof SessionState.Running running) {
      SessionState next = ofRunning(running, event);
      if (next != null) {
        return next;
      }
    }
    throw new IllegalStateException(
        event.getClass().getSimpleName() + " in state " + state.getClass().getSimpleName());
  }

  private static SessionState ofActive(SessionState.Active state, SessionEvent event) {
    if (event instanceof SessionEvent.WorkflowDegraded degraded) {
      return state.degraded(degraded);
    }
    if (event instanceof SessionEvent.WorkflowRestarted) {
      return state;
    }
    if (event instanceof SessionEvent.WorkflowFailed failed) {
      return state.failed(failed);
    }
    return event instanceof SessionEvent.WorkflowCancelled cancelled
        ? state.cancelled(cancelled)
        : null;
  }

  private static SessionState ofRunning(SessionState.Running state, SessionEvent event) {
    if (event instanceof SessionEvent.BatchDispatched dispatched) {
      return state.dispatched(dispatched);
    }
    if (event instanceof SessionEvent.BatchCheckpointed checkpointed) {
      return state.checkpointed(checkpointed);
    }
    if (event instanceof SessionEvent.CheckpointRestored restored) {
      return state.restored(restored);
    }
    if (event instanceof SessionEvent.BatchInterrupted interrupted) {
      return state.interrupted(interrupted);
    }
    if (event instanceof SessionEvent.BatchReplanned replanned) {
      return state.replanned(replanned);
    }
    if (event instanceof SessionEvent.BatchCompleted completed) {
      return state.batchCompleted(completed);
    }
    if (event instanceof SessionEvent.DocumentPoisoned poisoned) {
      return state.poisoned(poisoned);
    }
    if (event instanceof SessionEvent.OutputsWritten written) {
      return state.outputsWritten(written);
    }
    return event instanceof SessionEvent.WorkflowCompleted done ? state.completed(done) : null;
  }
}
