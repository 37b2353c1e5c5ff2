package io.mainstay.actors.consistency.sabotage;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import io.mainstay.actors.consistency.sabotage.Saboteur.Deed;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.actors.transaction.resource.PinPurpose;
import io.mainstay.persistence.transaction.Acknowledgement;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.Participants;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.Vote;
import io.mainstay.protocol.state.TransactionWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Harm to transactions: real ones are begun, and something is taken from behind those who take
 * part. Those that stand after their repair are given back by {@link #amends}. Thread-safe.
 */
final class TransactionHarm {
  private static final long BYTES = 4096;
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Scene scene;
  private final ActorSystem<?> system;

  TransactionHarm(Scene scene, ActorSystem<?> system) {
    this.scene = scene;
    this.system = system;
  }

  CompletionStage<?> harm(Deed deed) {
    String device = deed.device();
    String id = deed.ghost();
    return switch (deed.way()) {
      case LEAKED_WORKER_BYTES -> leakWorkerBytes(device, id);
      case LEFT_HOLDING -> this.<Vote>ask(replyTo -> prepare(device, id, replyTo));
      case LOST_RESERVATION ->
          stand(id, deviceMemory(device, id))
              .thenAccept(
                  done ->
                      scene
                          .domains()
                          .device()
                          .tell(new DeviceCommand.GiveBack(device, id, system.ignoreRef())));
      case LOST_MEMORY ->
          stand(id, modelMemory(device, id, Owners.OPERATOR, false))
              .thenAccept(
                  done ->
                      scene
                          .domains()
                          .memory()
                          .tell(
                              new MemoryCommand.Release(
                                  device, MemoryOwners.ofTransaction(id), system.ignoreRef())));
      case LOST_PIN ->
          stand(id, modelMemory(device, id, Owners.OPERATOR, false))
              .thenAccept(
                  done ->
                      scene
                          .domains()
                          .model()
                          .tell(
                              new ModelCommand.Unpin(
                                  PinPurpose.MODEL.holder(id), system.ignoreRef())));
      case LOST_HEAP_CLAIM ->
          stand(id, processing(device, id))
              .thenAccept(
                  done ->
                      scene
                          .domains()
                          .processing()
                          .tell(new ProcessingCommand.FreeHeap(id, system.ignoreRef())));
      case LOST_WORKER_BYTES ->
          stand(id, modelMemory(device, id, Owners.OPERATOR, true))
              .thenAccept(
                  done ->
                      scene
                          .domains()
                          .device()
                          .tell(new DeviceCommand.AbortInWorker(device, scene.epoch(device), id)));
      case ORPHANED_TRANSACTION -> stand(id, modelMemory(device, id, Owners.load(id), false));
      case LOST_HOLDING ->
          stand(id, modelMemory(device, id, Owners.OPERATOR, false)).thenCompose(done -> drop(id));
      case UNCOMMITTED_HOLDING ->
          stand(id, modelMemory(device, id, Owners.OPERATOR, false))
              .thenCompose(done -> drop(id))
              .thenCompose(done -> this.<Vote>ask(replyTo -> prepare(device, id, replyTo)));
      default -> throw new IllegalArgumentException("No harm to a transaction: " + deed.way());
    };
  }

  /** Releases all that stand; completes with how many. */
  CompletionStage<Integer> amends() {
    List<CompletableFuture<?>> given = new ArrayList<>();
    for (String id = scene.standing().poll(); id != null; id = scene.standing().poll()) {
      given.add(
          scene
              .transactions()
              .release(id, false, "the saboteur makes amends")
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(given.toArray(CompletableFuture[]::new))
        .thenApply(all -> given.size());
  }

  /** A transaction of that id is committed. */
  CompletionStage<Done> stand(String id, TransactionPlan plan) {
    return scene
        .transactions()
        .carryThrough(id, plan)
        .thenApply(
            outcome -> {
              if (!outcome.committed()) {
                throw new IllegalStateException(
                    "The transaction " + id + " was not committed: " + outcome.message());
              }
              scene.standing().add(id);
              return Done.getInstance();
            });
  }

  TransactionPlan modelMemory(String device, String id, String owner, boolean worker) {
    return new TransactionPlan.ModelMemory(
        owner,
        new ParticipantWork.PrepareModel(scene.models().get(0), "ram", 0),
        memory(device, id),
        worker);
  }

  static ParticipantWork.AllocateMemory memory(String device, String id) {
    return new ParticipantWork.AllocateMemory(
        device, MemoryOwners.ofTransaction(id), BYTES, "model_loading");
  }

  static ParticipantCommand prepare(String device, String id, ActorRef<Vote> replyTo) {
    return new ParticipantCommand.Prepare(id, Owners.OPERATOR, memory(device, id), replyTo);
  }

  <R> CompletionStage<R> ask(Function<ActorRef<R>, ParticipantCommand> command) {
    return AskPattern.ask(
        scene.domains().transaction(),
        replyTo -> new TransactionCommand.CarryOut(command.apply(replyTo)),
        ANSWER,
        system.scheduler());
  }

  private static TransactionPlan deviceMemory(String device, String id) {
    return new TransactionPlan.DeviceMemory(
        Owners.OPERATOR,
        new ParticipantWork.ReserveDevice(device, "model_loading", LIMIT.toMillis()),
        memory(device, id),
        false);
  }

  private TransactionPlan processing(String device, String id) {
    return new TransactionPlan.ProcessingInference(
        Owners.OPERATOR,
        new ParticipantWork.ReserveSession(id, 1, device, "low"),
        new ParticipantWork.PrepareInference(
            id, device, List.of(scene.models().get(0)), "text_to_image"));
  }

  private CompletionStage<Acknowledgement> drop(String id) {
    return ask(replyTo -> new ParticipantCommand.Release(id, Participants.MEMORY, false, replyTo));
  }

  private CompletionStage<?> leakWorkerBytes(String device, String id) {
    CompletableFuture<Done> voted = new CompletableFuture<>();
    WorkerPort worker =
        scene
            .worker(device)
            .orElseThrow(() -> new IllegalStateException("No worker serves " + device));
    worker.prepare(
        new TransactionWork(id, BYTES, "sabotage", LIMIT),
        answered -> voted.complete(Done.getInstance()));
    return voted;
  }
}
