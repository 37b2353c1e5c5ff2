package io.mainstay.actors.transaction.resource;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Models that are sound, held, and read ahead into the host's memory. */
public final class ModelResources implements Resources {
  private static final String RAM = "ram";

  private final Pins pins;

  public ModelResources(Domain<ModelCommand> models) {
    this.pins = new Pins(models, PinPurpose.MODEL);
  }

  @Override
  public CompletionStage<Void> hold(Claim claim) {
    ParticipantWork.PrepareModel work = work(claim);
    if (!work.cacheLocation().equals(RAM)) {
      return CompletableFuture.failedFuture(
          Refusal.of(
              "invalid_parameter",
              "the cache location is '" + work.cacheLocation() + "'",
              "Use ram, the only one that there is"));
    }
    return pins.pin(claim.transactionId(), work.modelId(), work.requiredBytes())
        .<Void>thenApply(model -> null)
        .exceptionallyCompose(pins.unpinned(claim.transactionId()));
  }

  @Override
  public CompletionStage<String> confirm(Claim claim) {
    return CompletableFuture.completedStage("cached");
  }

  @Override
  public CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others) {
    return pins.unpin(claim.transactionId());
  }

  private static ParticipantWork.PrepareModel work(Claim claim) {
    return (ParticipantWork.PrepareModel) claim.work();
  }
}
