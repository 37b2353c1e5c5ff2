package io.mainstay.actors.gateway;

import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaProtocol.SagaView;
import io.mainstay.persistence.saga.SagaProtocol.StepView;
import io.mainstay.persistence.saga.SagaStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** A saga by the names of the seeds. Pure. */
final class SagaText {
  private static final Set<String> FORWARD = Set.of("running", "completed");

  private SagaText() {}

  static GatewayReply.SagaSummary summary(SagaView saga) {
    List<GatewayReply.SagaStepView> steps = new ArrayList<>();
    List<String> back = new ArrayList<>();
    int number = 0;
    for (SagaStep step : saga.plan().steps()) {
      number++;
      StepView reached =
          saga.steps().stream().filter(known -> known.step() == step).findFirst().orElse(null);
      steps.add(
          new GatewayReply.SagaStepView(
              number,
              step.service(),
              step.action(),
              step.compensation(),
              reached == null ? "pending" : status(reached.state()),
              reached == null ? 0 : reached.undoAttempts(),
              reached == null ? "" : reached.evidence()));
      if (reached != null) {
        back.add(step.compensation());
      }
    }
    Collections.reverse(back);
    return new GatewayReply.SagaSummary(
        saga.sagaId(),
        saga.plan().sagaType(),
        saga.state(),
        subject(saga.plan()),
        steps,
        FORWARD.contains(saga.state()) ? List.of() : back,
        saga.code(),
        saga.message(),
        saga.redrives(),
        saga.startedAt(),
        saga.endedAt());
  }

  private static String status(String state) {
    return state.equals("succeeded") ? "completed" : state;
  }

  private static String subject(SagaPlan plan) {
    SagaPlan.ModelLoad load = (SagaPlan.ModelLoad) plan;
    return load.modelId() + " onto " + load.deviceId();
  }
}
