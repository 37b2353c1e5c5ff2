package io.mainstay.actors.transaction.resource;

import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Models that are on their device, and stay there: held first, so that none leaves meanwhile. */
public final class InferenceResources implements Resources {
  private final Domain<ModelCommand> models;
  private final Duration loadTimeout;
  private final Pins pins;

  /**
   * @param loadTimeout for a model that is not on the device yet
   */
  public InferenceResources(Domain<ModelCommand> models, Duration loadTimeout) {
    this.models = models;
    this.loadTimeout = loadTimeout;
    this.pins = new Pins(models, PinPurpose.INFERENCE);
  }

  @Override
  public CompletionStage<Void> hold(Claim claim) {
    ParticipantWork.PrepareInference work = (ParticipantWork.PrepareInference) claim.work();
    CompletionStage<?> all = CompletableFuture.completedStage(null);
    for (String modelId : work.models()) {
      all =
          all.thenCompose(before -> pins.pin(claim.transactionId(), modelId, 0))
              .thenCompose(
                  pinned ->
                      models.<ModelDescriptor>askStatus(
                          replyTo ->
                              new ModelCommand.EnsureLoaded(modelId, work.deviceId(), replyTo),
                          loadTimeout));
    }
    return all.<Void>thenApply(last -> null)
        .exceptionallyCompose(pins.unpinned(claim.transactionId()));
  }

  @Override
  public CompletionStage<String> confirm(Claim claim) {
    return CompletableFuture.completedStage("prepared");
  }

  @Override
  public CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others) {
    return pins.unpin(claim.transactionId());
  }
}
