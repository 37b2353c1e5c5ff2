package io.mainstay.actors.model;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.load.LoadDesk;
import io.mainstay.actors.model.registry.CacheInspector;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.actors.model.report.CachedModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Answers {@link CacheCommand}s for the {@code ModelSupervisor}, whose thread it is confined to;
 * files are read and written elsewhere, of several models at a time.
 */
final class CacheDesk {
  private record Looked(
      List<CachedModel> models,
      Throwable failure,
      ActorRef<StatusReply<CacheCommand.Inspected>> replyTo)
      implements CacheNotice {}

  private record Made(
      CacheInspector.Rebuilt rebuilt, Throwable failure, ActorRef<StatusReply<CachedModel>> replyTo)
      implements CacheNotice {}

  private final ActorContext<ModelCommand> context;
  private final Executor blocking;
  private final CacheInspector inspector;
  private final ModelShelf shelf;
  private final LoadDesk loads;
  private final BrokenModels broken;

  CacheDesk(
      ActorContext<ModelCommand> context,
      Executor blocking,
      CacheInspector inspector,
      ModelShelf shelf,
      LoadDesk loads,
      BrokenModels broken) {
    this.context = context;
    this.blocking = blocking;
    this.inspector = inspector;
    this.shelf = shelf;
    this.loads = loads;
    this.broken = broken;
  }

  void on(CacheCommand command) {
    if (command instanceof CacheCommand.Inspect inspect) {
      inspect(inspect);
    } else if (command instanceof CacheCommand.Rebuild rebuild) {
      rebuild(rebuild);
    } else if (command instanceof CacheCommand.Retry retry) {
      loads.retry(retry.modelId());
      retry.replyTo().tell(Done.getInstance());
    } else if (command instanceof CacheCommand.Arrange arrange) {
      arrange.replyTo().tell(shelf.arrange(id -> !loads.residences().devices(id).isEmpty()));
    }
  }

  private void inspect(CacheCommand.Inspect inspect) {
    List<ScannedModel> models;
    try {
      models =
          (inspect.modelId().isEmpty()
                  ? shelf.registry().models().values().stream()
                  : List.of(shelf.scanned(inspect.modelId())).stream())
              .filter(CacheInspector::isStored)
              .toList();
    } catch (Refusal refusal) {
      inspect.replyTo().tell(StatusReply.error(refusal));
      return;
    }
    context.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> models.stream().map(inspector::inspect).toList(), blocking),
        (found, failure) -> new Looked(found, failure, inspect.replyTo()));
  }

  private void rebuild(CacheCommand.Rebuild rebuild) {
    ScannedModel model;
    try {
      model = shelf.scanned(rebuild.modelId());
    } catch (Refusal refusal) {
      rebuild.replyTo().tell(StatusReply.error(refusal));
      return;
    }
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> inspector.rebuild(model), blocking),
        (made, failure) -> new Made(made, failure, rebuild.replyTo()));
  }

  void on(CacheNotice notice) {
    if (notice instanceof Looked looked) {
      looked
          .replyTo()
          .tell(
              looked.failure() == null
                  ? StatusReply.success(new CacheCommand.Inspected(looked.models()))
                  : StatusReply.error(unreadable(looked.failure())));
    } else if (notice instanceof Made made) {
      if (made.failure() != null) {
        made.replyTo().tell(StatusReply.error(unreadable(made.failure())));
        return;
      }
      ScannedModel now = made.rebuilt().now();
      broken.found(now);
      if (shelf.lookedAt(now)) {
        context.getLog().info("model sound again model={}", now.id());
        loads.retry(now.id());
      }
      made.replyTo().tell(StatusReply.success(made.rebuilt().cached()));
    }
  }

  private static Refusal unreadable(Throwable failure) {
    return Refusal.of(
        "model_cache_unreadable",
        "what is stored of models cannot be read: " + failure,
        "Check the disk of the data directory's cache");
  }
}
