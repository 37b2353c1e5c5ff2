package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.Unloaded;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Models: what there are, where they are, and taking them there and away. */
final class ModelDesk implements Desk {
  private final Asking asking;
  private final Duration timeout;
  private final ActorRef<ModelCommand> model;

  /**
   * @param timeout for loading and verifying, which read whole files
   */
  ModelDesk(Asking asking, Duration timeout, ActorRef<ModelCommand> model) {
    this.asking = asking;
    this.timeout = timeout;
    this.model = model;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListModels.class, this::list);
    desks.on(GatewayRequest.RescanModels.class, this::rescan);
    desks.on(GatewayRequest.ShowModel.class, ask -> show(ask.modelId()));
    desks.on(GatewayRequest.LoadModel.class, this::load);
    desks.on(GatewayRequest.UnloadModel.class, this::unload);
    desks.on(GatewayRequest.VerifyModels.class, this::verify);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListModels ask) {
    return asking
        .<ModelCommand, ModelCommand.ModelList>ask(model, ModelCommand.ListModels::new)
        .thenApply(list -> new GatewayReply.Models(list.models()));
  }

  private CompletionStage<GatewayReply> rescan(GatewayRequest.RescanModels ask) {
    return asking
        .<ModelCommand, ModelCommand.ModelList>ask(model, ModelCommand.Rescan::new, timeout)
        .thenApply(list -> new GatewayReply.Models(list.models()));
  }

  private CompletionStage<GatewayReply> show(String modelId) {
    return asking
        .<ModelCommand, ModelDetail>askStatus(
            model, replyTo -> new ModelCommand.Show(modelId, replyTo))
        .thenApply(GatewayReply.Model::new);
  }

  private CompletionStage<GatewayReply> load(GatewayRequest.LoadModel ask) {
    return asking
        .<ModelCommand, ModelDescriptor>askStatus(
            model,
            replyTo -> new ModelCommand.EnsureLoaded(ask.modelId(), ask.deviceId(), replyTo),
            timeout)
        .thenCompose(loaded -> show(loaded.id()));
  }

  private CompletionStage<GatewayReply> unload(GatewayRequest.UnloadModel ask) {
    return asking
        .<ModelCommand, Unloaded>askStatus(
            model, replyTo -> new ModelCommand.Unload(ask.modelId(), ask.deviceId(), replyTo))
        .thenApply(GatewayReply.ModelUnloaded::new);
  }

  private CompletionStage<GatewayReply> verify(GatewayRequest.VerifyModels ask) {
    return asking
        .<ModelCommand, ModelCommand.Verified>askStatus(
            model, replyTo -> new ModelCommand.Verify(ask.modelId(), replyTo), timeout)
        .thenApply(verified -> new GatewayReply.ModelsVerified(verified.models()));
  }
}
