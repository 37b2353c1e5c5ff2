package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.processing.recipe.ModelNeeds;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Resolves the models that a session needs. Thread-safe. */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "sessions",
    fields = "dependencies")
final class ModelLookup {
  private final ActorRef<ModelCommand> model;
  private final ActorSystem<?> system;
  private final Duration timeout;

  ModelLookup(ActorRef<ModelCommand> model, ActorSystem<?> system, Duration timeout) {
    this.model = model;
    this.system = system;
    this.timeout = timeout;
  }

  /** Those that are there, by id; fails as the first required one that cannot be resolved. */
  CompletionStage<Map<String, ModelDescriptor>> resolve(ModelNeeds needs) {
    return resolve(needs, this::resolve);
  }

  /**
   * As {@link #resolve(ModelNeeds)}; fails too for a required one that no device ever has room for.
   */
  CompletionStage<Map<String, ModelDescriptor>> usable(ModelNeeds needs) {
    return resolve(
        needs,
        modelId ->
            AskPattern.askWithStatus(
                model,
                replyTo -> new ModelCommand.ResolveUsable(modelId, replyTo),
                timeout,
                system.scheduler()));
  }

  private CompletionStage<Map<String, ModelDescriptor>> resolve(
      ModelNeeds needs, Function<String, CompletionStage<ModelDescriptor>> required) {
    CompletionStage<Map<String, ModelDescriptor>> all = CompletableFuture.completedStage(Map.of());
    for (String modelId : needs.required()) {
      all =
          all.thenCombine(
              required.apply(modelId), (found, one) -> with(found, modelId, Optional.of(one)));
    }
    for (String modelId : needs.optional()) {
      CompletionStage<Optional<ModelDescriptor>> tried =
          resolve(modelId)
              .handle((found, failure) -> failure == null ? Optional.of(found) : Optional.empty());
      all = all.thenCombine(tried, (found, one) -> with(found, modelId, one));
    }
    return all;
  }

  private CompletionStage<ModelDescriptor> resolve(String modelId) {
    return AskPattern.askWithStatus(
        model, replyTo -> new ModelCommand.Resolve(modelId, replyTo), timeout, system.scheduler());
  }

  private static Map<String, ModelDescriptor> with(
      Map<String, ModelDescriptor> found, String modelId, Optional<ModelDescriptor> one) {
    Map<String, ModelDescriptor> more = new HashMap<>(found);
    one.ifPresent(descriptor -> more.put(modelId, descriptor));
    return more;
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
