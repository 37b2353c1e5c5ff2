package io.mainstay.actors.transaction.resource;

import akka.Done;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Bytes in the account of a device's worker itself. */
public final class WorkerResources implements Resources {
  private final Domain<WorkerHolds.Command> worker;

  public WorkerResources(Domain<WorkerHolds.Command> worker) {
    this.worker = worker;
  }

  @Override
  public CompletionStage<Void> hold(Claim claim) {
    return worker
        .<String>askStatus(
            replyTo -> new WorkerHolds.Hold(claim.transactionId(), work(claim), replyTo))
        .<Void>thenApply(held -> null)
        .exceptionallyCompose(
            failure ->
                freed(claim).thenCompose(done -> CompletableFuture.<Void>failedStage(failure)));
  }

  @Override
  public CompletionStage<String> confirm(Claim claim) {
    return worker.askStatus(
        replyTo -> new WorkerHolds.Confirm(claim.transactionId(), work(claim), replyTo));
  }

  /** What a load has used is the model's, and no reservation any more. */
  @Override
  public CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others) {
    return freed(claim);
  }

  private CompletionStage<Void> freed(Claim claim) {
    return worker
        .<Done>askStatus(replyTo -> new WorkerHolds.Free(claim.transactionId(), replyTo))
        .thenApply(done -> null);
  }

  private static ParticipantWork.ReserveWorker work(Claim claim) {
    return (ParticipantWork.ReserveWorker) claim.work();
  }
}
