package io.mainstay.actors.processing;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.recipe.Recipes;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Workflow;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * What a session is worked on with: its model, or what stands in for it when it is broken or no
 * device can load it. Each model is tried once. Confined to its runner.
 */
final class ModelFallback {
  private final ActorContext<RunnerMessage> ctx;
  private final Recipes recipes;
  private final ModelLookup models;
  private final StandIns standIns;
  private final SessionWork.Remaining work;
  private final Executor blocking;
  // Candidates fail beside the runner.
  private final Set<String> tried = ConcurrentHashMap.newKeySet();
  private Workflow workflow;

  ModelFallback(
      ActorContext<RunnerMessage> ctx,
      Recipes recipes,
      ModelLookup models,
      StandIns standIns,
      SessionWork.Remaining work) {
    this.ctx = ctx;
    this.recipes = recipes;
    this.models = models;
    this.standIns = standIns;
    this.work = work;
    this.workflow = work.workflow();
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  /**
   * Opens the work as it was accepted, with what stood in for its model before, or with what stands
   * in for a model that is broken.
   */
  CompletionStage<StandIns.Found> open() {
    if (!work.standIn().isEmpty() && workflow instanceof Workflow.TextToImage accepted) {
      tried.add(accepted.model());
      Workflow.TextToImage chosen = accepted.withModel(work.standIn());
      workflow = chosen;
      return orStandIn(chosen, standIns.again(chosen, work.inputs()));
    }
    Workflow asked = workflow;
    return orStandIn(
        asked,
        models
            .usable(recipes.needs(asked))
            .thenApplyAsync(
                found -> new StandIns.Found(recipes.open(asked, work.inputs(), found), asked, ""),
                blocking));
  }

  private CompletionStage<StandIns.Found> orStandIn(
      Workflow asked, CompletionStage<StandIns.Found> opened) {
    return opened.exceptionallyCompose(
        failure ->
            StandIns.mayFor(asked, failure)
                ? standIns.find(
                    (Workflow.TextToImage) asked,
                    work.inputs(),
                    tried,
                    ModelLookup.refusal(failure))
                : CompletableFuture.failedStage(failure));
  }

  /** Whether there may be something else for that model. */
  boolean mayReplace(String modelId) {
    return workflow instanceof Workflow.TextToImage image && image.model().equals(modelId);
  }

  /** Looks for it; answered by {@link RunnerMessage.FellBack}. */
  void find(BatchJob job, Refusal why) {
    ctx.pipeToSelf(
        standIns.find((Workflow.TextToImage) workflow, work.inputs(), tried, why),
        (found, failure) -> new RunnerMessage.FellBack(job, found, why, failure));
  }

  /** The session goes on with it. */
  void taken(StandIns.Found found) {
    workflow = found.workflow();
  }
}
