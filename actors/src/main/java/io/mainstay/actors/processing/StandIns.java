package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModeGate;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.processing.recipe.Recipes;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Finds what makes pictures in the place of a model that cannot: the nearest of its alternatives
 * that is there, fits some device, and keeps the bounds of the request. Thread-safe.
 */
final class StandIns {
  /**
   * What a session is worked on with.
   *
   * @param workflow with nothing left open
   * @param degradation one sentence for the user; empty if it is what was asked for, or the journal
   *     has it
   */
  record Found(Recipe recipe, Workflow workflow, String degradation) {
    /** The model that is new with it, or empty. */
    String standIn() {
      return !degradation.isEmpty() && workflow instanceof Workflow.TextToImage image
          ? image.model()
          : "";
    }
  }

  private final ActorSystem<?> system;
  private final ActorRef<ModelCommand> model;
  private final ModelLookup models;
  private final Recipes recipes;
  private final Duration timeout;
  private final Executor blocking;

  /**
   * @param timeout of one question to the model domain
   */
  StandIns(
      ActorSystem<?> system,
      ActorRef<ModelCommand> model,
      ModelLookup models,
      Recipes recipes,
      Duration timeout) {
    this.system = system;
    this.model = model;
    this.models = models;
    this.recipes = recipes;
    this.timeout = timeout;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** Whether a workflow goes on without its model when the model domain says that of it. */
  static boolean mayFor(Workflow workflow, Throwable failure) {
    Refusal why = ModelLookup.refusal(failure);
    return workflow instanceof Workflow.TextToImage
        && why != null
        && (why.code().equals(ModeGate.TOO_LARGE)
            || why.code().equals(ModeGate.ISOLATED)
            || ModelFaultCode.of(why.code()).filter(ModelFaultCode::callsForAnother).isPresent());
  }

  /**
   * The best one; fails with {@code why} if there is none.
   *
   * @param tried models that are not asked again; those that do not suit are added
   */
  CompletionStage<Found> find(
      Workflow.TextToImage asked, List<BlobRef> inputs, Set<String> tried, Refusal why) {
    tried.add(asked.model());
    CompletionStage<Alternatives> alternatives =
        AskPattern.askWithStatus(
            model,
            replyTo -> new ModelCommand.FindAlternatives(asked.model(), replyTo),
            timeout,
            system.scheduler());
    return alternatives.thenCompose(found -> open(asked, inputs, found, tried, why));
  }

  private CompletionStage<Found> open(
      Workflow.TextToImage asked,
      List<BlobRef> inputs,
      Alternatives alternatives,
      Set<String> tried,
      Refusal why) {
    Alternatives.Candidate candidate = alternatives.next(tried).orElse(null);
    if (candidate == null) {
      return CompletableFuture.failedStage(why);
    }
    return open(asked, inputs, candidate, why)
        .exceptionallyCompose(
            unfit -> {
              tried.add(candidate.modelId());
              system
                  .log()
                  .warn(
                      "Model cannot stand in model={} candidate={} cause={}",
                      asked.model(),
                      candidate.modelId(),
                      ModelLookup.cause(unfit).getMessage());
              return open(asked, inputs, alternatives, tried, why);
            });
  }

  private CompletionStage<Found> open(
      Workflow.TextToImage asked,
      List<BlobRef> inputs,
      Alternatives.Candidate candidate,
      Refusal why) {
    Workflow.TextToImage instead = asked.withModel(candidate.modelId());
    String degradation =
        "%s: model '%s' could not be loaded (%s); '%s' made the pictures instead, %s"
            .formatted(
                candidate.strategy(),
                asked.model(),
                why.getMessage(),
                candidate.modelId(),
                candidate.reason());
    return open(instead, inputs, degradation);
  }

  /** What an earlier runner of the session chose. */
  CompletionStage<Found> again(Workflow.TextToImage chosen, List<BlobRef> inputs) {
    return open(chosen, inputs, "");
  }

  private CompletionStage<Found> open(
      Workflow.TextToImage instead, List<BlobRef> inputs, String degradation) {
    return models
        .usable(recipes.needs(instead))
        .thenApplyAsync(
            found -> {
              Workflow whole = recipes.completed(instead, found);
              return new Found(recipes.open(whole, inputs, found), whole, degradation);
            },
            blocking);
  }
}
