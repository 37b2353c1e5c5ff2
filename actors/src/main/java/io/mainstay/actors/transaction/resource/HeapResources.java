package io.mainstay.actors.transaction.resource;

import akka.Done;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Shares of the heap that the batches of all sessions have in common. */
public final class HeapResources implements Resources {
  private final Domain<ProcessingCommand> processing;

  public HeapResources(Domain<ProcessingCommand> processing) {
    this.processing = processing;
  }

  @Override
  public CompletionStage<Void> hold(Claim claim) {
    ParticipantWork.ReserveSession work = (ParticipantWork.ReserveSession) claim.work();
    WorkClass workClass;
    switch (work.priority()) {
      case "high" -> workClass = WorkClass.INTERACTIVE;
      case "normal" -> workClass = WorkClass.STANDARD;
      case "low" -> workClass = WorkClass.BATCH;
      default -> {
        return CompletableFuture.failedFuture(
            Refusal.of(
                "invalid_parameter",
                "the session priority is '" + work.priority() + "'",
                "Use high, normal or low"));
      }
    }
    return processing
        .<Done>askStatus(
            replyTo ->
                new ProcessingCommand.ReserveHeap(
                    claim.transactionId(), workClass, work.bytes(), replyTo))
        .thenApply(done -> null);
  }

  @Override
  public CompletionStage<String> confirm(Claim claim) {
    return CompletableFuture.completedStage("allocated");
  }

  @Override
  public CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others) {
    return processing
        .<Done>ask(replyTo -> new ProcessingCommand.FreeHeap(claim.transactionId(), replyTo))
        .thenApply(done -> null);
  }
}
