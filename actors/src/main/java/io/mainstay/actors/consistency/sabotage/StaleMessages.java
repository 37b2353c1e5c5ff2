package io.mainstay.actors.consistency.sabotage;

import akka.Done;
import akka.actor.typed.ActorSystem;
import io.mainstay.actors.consistency.sabotage.Saboteur.Deed;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.persistence.transaction.Acknowledgement;
import io.mainstay.persistence.transaction.Acknowledgement.Result;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.Participants;
import io.mainstay.persistence.transaction.Vote;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Messages that come late, again, or out of their order, and must change nothing: what a worker of
 * before said, a correction of an amount that is another one by now, and the commands of a
 * transaction after it took effect, and after it was released. Fails if one is taken for good.
 */
final class StaleMessages {
  private final Scene scene;
  private final ActorSystem<?> system;
  private final TransactionHarm transactions;

  StaleMessages(Scene scene, ActorSystem<?> system, TransactionHarm transactions) {
    this.scene = scene;
    this.system = system;
    this.transactions = transactions;
  }

  CompletionStage<?> send(Deed deed) {
    return switch (deed.random().nextInt(5)) {
      case 0 -> oldSignals(deed);
      case 1 -> oldCorrection(deed);
      case 2 -> afterCommit(deed);
      case 3 -> afterRelease(deed);
      default -> abortThenPrepare(deed);
    };
  }

  private CompletionStage<?> oldSignals(Deed deed) {
    String device = deed.device();
    long before = scene.epoch(device) - 1;
    for (DeviceSignal signal :
        new DeviceSignal[] {
          new DeviceSignal.WorkerSuspected(device, before, "late"),
          new DeviceSignal.ModelsChanged(device, before, Set.of()),
          new DeviceSignal.WorkerCleared(device, before)
        }) {
      scene.domains().inference().tell(new InferenceCommand.Overhear(signal));
    }
    return CompletableFuture.completedStage(Done.getInstance());
  }

  private CompletionStage<?> oldCorrection(Deed deed) {
    String owner = MemoryOwners.ofModel(scene.models().get(0));
    scene
        .domains()
        .memory()
        .tell(new MemoryCommand.Correct(deed.device(), owner, 1, 7, system.ignoreRef()));
    return CompletableFuture.completedStage(Done.getInstance());
  }

  /** Prepared and committed again, and aborted late: it stays committed. */
  private CompletionStage<?> afterCommit(Deed deed) {
    String id = deed.ghost();
    return stand(deed)
        .thenCompose(done -> vote(deed))
        .thenCompose(vote -> expect(vote.commit(), "prepare of " + id + " again", this::commit, id))
        .thenCompose(
            ack -> expect(ack.result() == Result.COMMITTED, "commit again", this::abort, id))
        .thenCompose(ack -> expect(ack.result() == Result.FAILED, "late abort", this::commit, id))
        .thenAccept(ack -> require(ack.result() == Result.COMMITTED, "commit after late abort"));
  }

  /** Released again, and committed late: it stays released. */
  private CompletionStage<?> afterRelease(Deed deed) {
    String id = deed.ghost();
    return stand(deed)
        .thenCompose(done -> scene.transactions().release(id, false, "the saboteur is done"))
        .thenCompose(released -> commit(id))
        .thenCompose(ack -> expect(ack.result() == Result.FAILED, "late commit", this::release, id))
        .thenAccept(ack -> require(ack.result() == Result.RELEASED, "release again"));
  }

  /** The abort overtakes its prepare: nothing is held. */
  private CompletionStage<?> abortThenPrepare(Deed deed) {
    return abort(deed.ghost())
        .thenCompose(ack -> vote(deed))
        .thenAccept(vote -> require(!vote.commit(), "prepare after its abort"));
  }

  private CompletionStage<?> stand(Deed deed) {
    return transactions.stand(
        deed.ghost(),
        transactions.modelMemory(deed.device(), deed.ghost(), Owners.OPERATOR, false));
  }

  private CompletionStage<Vote> vote(Deed deed) {
    return transactions.ask(
        replyTo -> TransactionHarm.prepare(deed.device(), deed.ghost(), replyTo));
  }

  private CompletionStage<Acknowledgement> commit(String id) {
    return transactions.ask(
        replyTo -> new ParticipantCommand.Commit(id, Participants.MEMORY, replyTo));
  }

  private CompletionStage<Acknowledgement> abort(String id) {
    return transactions.ask(
        replyTo -> new ParticipantCommand.Abort(id, Participants.MEMORY, replyTo));
  }

  private CompletionStage<Acknowledgement> release(String id) {
    return transactions.ask(
        replyTo -> new ParticipantCommand.Release(id, Participants.MEMORY, false, replyTo));
  }

  private static CompletionStage<Acknowledgement> expect(
      boolean holds,
      String what,
      Function<String, CompletionStage<Acknowledgement>> next,
      String id) {
    require(holds, what);
    return next.apply(id);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("A stale message was applied: " + what);
    }
  }
}
