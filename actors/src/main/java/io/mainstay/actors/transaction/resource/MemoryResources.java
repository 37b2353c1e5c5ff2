package io.mainstay.actors.transaction.resource;

import akka.Done;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reservations in the ledgers. Two transactions of one holder share its reservation. */
public final class MemoryResources implements Resources {
  private final Domain<MemoryCommand> memory;

  public MemoryResources(Domain<MemoryCommand> memory) {
    this.memory = memory;
  }

  @Override
  public CompletionStage<Void> hold(Claim claim) {
    ParticipantWork.AllocateMemory work = work(claim);
    return memory
        .<MemoryCommand.Reservation>askStatus(
            replyTo ->
                new MemoryCommand.Reserve(work.deviceId(), work.holder(), work.bytes(), replyTo))
        .thenApply(granted -> null);
  }

  @Override
  public CompletionStage<String> confirm(Claim claim) {
    return CompletableFuture.completedStage("allocated");
  }

  @Override
  public CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others) {
    ParticipantWork.AllocateMemory work = work(claim);
    boolean shared =
        others.stream()
            .map(ParticipantWork.AllocateMemory.class::cast)
            .anyMatch(
                other ->
                    other.deviceId().equals(work.deviceId())
                        && other.holder().equals(work.holder()));
    if (handOver || shared) {
      return CompletableFuture.completedStage(null);
    }
    return memory
        .<Done>ask(replyTo -> new MemoryCommand.Release(work.deviceId(), work.holder(), replyTo))
        .thenApply(done -> null);
  }

  private static ParticipantWork.AllocateMemory work(Claim claim) {
    return (ParticipantWork.AllocateMemory) claim.work();
  }
}
