package io.mainstay.persistence.session;

import java.util.List;
import java.util.Optional;

/** Turns a session's state into what others see of it. Pure. */
final class SessionReport {
  private SessionReport() {}

  static SessionView view(SessionState.Known state) {
    SessionState.Order order = state.order();
    Optional<WorkPlan> plan = state.workPlan();
    return new SessionView(
        order.sessionId(),
        order.workflow().template(),
        name(state),
        order.workClass(),
        plan.map(WorkPlan::documents).orElse(0),
        plan.map(WorkPlan::embedded).orElse(0),
        plan.map(WorkPlan::poisoned).orElse(List.of()),
        plan.map(WorkPlan::replanned).orElse(0),
        plan.map(WorkPlan::interruptions).orElse(0),
        plan.map(WorkPlan::completed).orElse(List.of()).stream()
            .map(SessionWork.Completed::fingerprint)
            .distinct()
            .toList(),
        order.inputs(),
        state instanceof SessionState.Completed done ? done.outputs() : List.of(),
        order.outputDirectory(),
        order.accepted().at(),
        state instanceof SessionState.Finished finished ? finished.finishedAt() : null,
        state instanceof SessionState.Failed failed ? failed.code() : "",
        message(state),
        state instanceof SessionState.Failed failed ? failed.remedy() : "",
        state.degradations(),
        plan.map(WorkPlan::checkpoints).orElse(0),
        plan.map(WorkPlan::retried).orElse(List.of()));
  }

  static SessionWork.Remaining remaining(SessionState.Known state) {
    SessionState.Order order = state.order();
    Optional<WorkPlan> plan = state.workPlan();
    return new SessionWork.Remaining(
        order.workflow(),
        order.standIn(),
        order.inputs(),
        order.workClass(),
        order.outputDirectory(),
        plan.map(WorkPlan::documents).orElse(-1),
        plan.map(WorkPlan::pending).orElse(List.of()).stream().map(BatchWork::toPending).toList(),
        plan.map(WorkPlan::completed).orElse(List.of()),
        plan.map(WorkPlan::poisoned).orElse(List.of()),
        state instanceof SessionState.Finished);
  }

  private static String name(SessionState.Known state) {
    if (state instanceof SessionState.Accepted) {
      return "accepted";
    }
    if (state instanceof SessionState.Running) {
      return "running";
    }
    if (state instanceof SessionState.Completed) {
      return "completed";
    }
    return state instanceof SessionState.Failed ? "failed" : "cancelled";
  }

  private static String message(SessionState.Known state) {
    if (state instanceof SessionState.Failed failed) {
      return failed.message();
    }
    return state instanceof SessionState.Cancelled cancelled ? cancelled.reason() : "";
  }
}
