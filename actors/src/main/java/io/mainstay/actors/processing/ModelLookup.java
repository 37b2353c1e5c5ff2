package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Resolves the models that a session needs. Thread-safe. */
final class ModelLookup {
  private final ActorRef<ModelCommand> model;
  private final ActorSystem<?> system;
  private final Duration timeout;

  ModelLookup(ActorRef<ModelCommand> model, ActorSystem<?> system, Duration timeout) {
    this.model = model;
    this.system = system;
    this.timeout = timeout;
  }

  /** All of them, by id; fails as the first that cannot be resolved. */
  CompletionStage<Map<String, ModelDescriptor>> resolve(Set<String> modelIds) {
    CompletionStage<Map<String, ModelDescriptor>> all =
        CompletableFuture.completedStage(new HashMap<>());
    for (String modelId : modelIds) {
      CompletionStage<ModelDescriptor> one =
          AskPattern.askWithStatus(
              model,
              replyTo -> new ModelCommand.Resolve(modelId, replyTo),
              timeout,
              system.scheduler());
      all =
          all.thenCombine(
              one,
              (found, descriptor) -> {
                Map<String, ModelDescriptor> more = new HashMap<>(found);
                more.put(modelId, descriptor);
                return more;
              });
    }
    return all;
  }

  /** The refusal that a failure carries, or null if it is of another kind. */
  static Refusal refusal(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof Refusal refusal) {
      return refusal;
    }
    return cause instanceof StatusReply.ErrorMessage refused
        ? Refusal.of("model_unavailable", refused.getMessage(), "'mainstay models' lists models")
        : null;
  }

  /** What a stage failed with, without the wrapping of the stages after it. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
