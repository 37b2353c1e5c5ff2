package io.mainstay.actors.transaction.resource;

import akka.Done;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Models that transactions hold, in the model domain's book of holders.
 *
 * @param purpose under whose name
 */
record Pins(Domain<ModelCommand> models, PinPurpose purpose) {
  /** Fails with why the model cannot be held. */
  CompletionStage<ModelDescriptor> pin(String transactionId, String modelId, long bytesMax) {
    return models.askStatus(
        replyTo -> new ModelCommand.Pin(modelId, holder(transactionId), bytesMax, replyTo));
  }

  CompletionStage<Void> unpin(String transactionId) {
    return models
        .<Done>ask(replyTo -> new ModelCommand.Unpin(holder(transactionId), replyTo))
        .thenApply(done -> null);
  }

  /** The same, and then the failure goes on. */
  <T> Function<Throwable, CompletionStage<T>> unpinned(String transactionId) {
    return failure -> unpin(transactionId).thenCompose(x -> CompletableFuture.failedStage(failure));
  }

  private String holder(String transactionId) {
    return purpose.holder(transactionId);
  }
}
