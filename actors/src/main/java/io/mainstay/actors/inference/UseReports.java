package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.model.ModelCommand;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the model domain who uses which model, so that it does not unload one that is needed: a
 * runner holds the models of its turns until it ends, a synchronous request uses its model just
 * then. Confined to the supervisor.
 */
final class UseReports {
  // Coarse enough to cost nothing beside a request, fine enough for idle times of minutes.
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final ActorRef<ModelCommand> models;
  private final Map<String, Long> toldAtNanos = new HashMap<>();

  UseReports(ActorRef<ModelCommand> models) {
    this.models = models;
  }

  /** A runner asks for a turn; ids of turns begin with that of their session. */
  void held(InferenceCommand.RequestTurn request) {
    if (!request.modelId().equals(BuiltinModel.ID)) {
      models.tell(
          new ModelCommand.Hold(
              request.modelId(),
              "session " + request.turnId().split("/", 2)[0],
              request.replyTo()));
    }
  }

  /** A request is sent to a device; told once a second. */
  void used(String modelId, long nowNanos) {
    Long told = toldAtNanos.get(modelId);
    if (told == null || nowNanos - told >= EVERY_NANOS) {
      toldAtNanos.put(modelId, nowNanos);
      models.tell(new ModelCommand.Used(modelId));
    }
  }
}
