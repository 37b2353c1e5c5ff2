package io.mainstay.actors.processing;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.processing.recipe.Recipes;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Workflow;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;

/**
 * Finds what a session goes on with when no device can load its model. Each model is tried once.
 * Confined to its runner.
 */
final class ModelFallback {
  /**
   * What it goes on with.
   *
   * @param degradation one sentence for the user
   */
  record Found(Recipe recipe, Workflow workflow, String degradation) {}

  private final ActorContext<RunnerMessage> ctx;
  private final ProcessingCollaborators others;
  private final Recipes recipes;
  private final ModelLookup models;
  private final SessionWork.Remaining work;
  private final Duration timeout;
  private final Executor blocking;
  private final Logger log;
  // Candidates fail beside the runner.
  private final Set<String> tried = ConcurrentHashMap.newKeySet();
  private Workflow workflow;

  ModelFallback(
      ActorContext<RunnerMessage> ctx,
      ProcessingCollaborators others,
      Recipes recipes,
      ModelLookup models,
      SessionWork.Remaining work,
      Duration timeout) {
    this.ctx = ctx;
    this.others = others;
    this.recipes = recipes;
    this.models = models;
    this.work = work;
    this.timeout = timeout;
    this.log = ctx.getSystem().log();
    this.workflow = work.workflow();
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** Whether there may be something else for that model. */
  boolean mayReplace(String modelId) {
    return workflow instanceof Workflow.TextToImage image && image.model().equals(modelId);
  }

  /** Looks for it; answered by {@link RunnerMessage.FellBack}. */
  void find(BatchJob job, Refusal why) {
    Workflow.TextToImage image = (Workflow.TextToImage) workflow;
    tried.add(image.model());
    CompletionStage<Alternatives> asked =
        AskPattern.askWithStatus(
            others.model(),
            replyTo -> new ModelCommand.FindAlternatives(image.model(), replyTo),
            timeout,
            ctx.getSystem().scheduler());
    ctx.pipeToSelf(
        asked.thenCompose(alternatives -> open(image, alternatives, why)),
        (found, failure) -> new RunnerMessage.FellBack(job, found, why, failure));
  }

  /**
   * The best one that can be used. A whole model only: one component of another helps nobody who
   * cannot load the rest.
   */
  private CompletionStage<Found> open(
      Workflow.TextToImage image, Alternatives alternatives, Refusal why) {
    Alternatives.Candidate candidate =
        alternatives.candidates().stream()
            .filter(one -> one.component().isEmpty() && !one.modelId().isEmpty())
            .filter(one -> !tried.contains(one.modelId()))
            .findFirst()
            .orElse(null);
    if (candidate == null) {
      return CompletableFuture.failedStage(why);
    }
    return open(image, candidate, why)
        .exceptionallyCompose(
            unfit -> {
              tried.add(candidate.modelId());
              log.warn(
                  "Model cannot stand in model={} candidate={} cause={}",
                  image.model(),
                  candidate.modelId(),
                  ModelLookup.cause(unfit).getMessage());
              return open(image, alternatives, why);
            });
  }

  private CompletionStage<Found> open(
      Workflow.TextToImage image, Alternatives.Candidate candidate, Refusal why) {
    Workflow instead = image.withModel(candidate.modelId());
    String degradation =
        "%s: model '%s' could not be loaded (%s); '%s' made the pictures instead, %s"
            .formatted(
                candidate.strategy(),
                image.model(),
                why.getMessage(),
                candidate.modelId(),
                candidate.reason());
    return models
        .resolve(recipes.needs(instead))
        .thenApplyAsync(
            found -> {
              Workflow whole = recipes.completed(instead, found);
              return new Found(recipes.open(whole, work.inputs(), found), whole, degradation);
            },
            blocking);
  }

  /** The session goes on with it. */
  void taken(Found found) {
    workflow = found.workflow();
  }
}
