package io.mainstay.actors.consistency;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import akka.japi.function.Function;
import io.mainstay.actors.consistency.check.Divergence;
import io.mainstay.actors.consistency.check.DivergenceKind;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.persistence.saga.SagaProtocol;
import io.mainstay.persistence.saga.Sagas;
import io.mainstay.persistence.transaction.Acknowledgement;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionProtocol;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.persistence.transaction.Transactions;
import io.mainstay.persistence.transaction.Vote;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The repair {@code validate_transaction_completeness}: what the journal says is open goes on, and
 * what it says is committed is held by all who take part, or by none. Thread-safe.
 */
final class CompletenessRepair {
  private static final String COMMITTED = "committed";

  private final ActorSystem<?> system;
  private final ActorRef<TransactionCommand> participants;
  private final ConsistencySettings settings;

  CompletenessRepair(
      ActorSystem<?> system,
      ActorRef<TransactionCommand> participants,
      ConsistencySettings settings) {
    this.system = system;
    this.participants = participants;
    this.settings = settings;
  }

  CompletionStage<Done> carryOut(Divergence divergence) {
    String id = divergence.subject();
    switch (divergence.kind().repair()) {
      case WAKE_TRANSACTION ->
          transaction(id)
              .tell(new TransactionProtocol.GoOn(settings.ages().transaction().toMillis()));
      case REDRIVE_SAGA ->
          ClusterSharding.get(system)
              .entityRefFor(Sagas.KEY, id)
              .tell(new SagaProtocol.GoOn(settings.ages().saga().toMillis()));
      case SETTLE_HOLDING ->
          participants.tell(new TransactionCommand.Settle(divergence.place(), id));
      case PREPARE_AGAIN -> {
        return prepareAgain(divergence.place(), id);
      }
      case RELEASE_TRANSACTION -> {
        // A load that is over leaves its memory to the model that it loaded.
        return release(
            id, divergence.kind() == DivergenceKind.TRANSACTION_WITHOUT_SAGA, divergence.text());
      }
      default -> throw new IllegalArgumentException("Not of transactions: " + divergence.kind());
    }
    return CompletableFuture.completedStage(Done.getInstance());
  }

  private CompletionStage<Done> prepareAgain(String participant, String id) {
    return transaction(id)
        .askWithStatus(TransactionProtocol.Get::new, settings.answerTimeout())
        .thenCompose(
            view ->
                view.state().equals(COMMITTED)
                    ? prepare(participant, view)
                    // Released meanwhile.
                    : CompletableFuture.completedStage(Done.getInstance()));
  }

  private CompletionStage<Done> prepare(String participant, TransactionView view) {
    String id = view.transactionId();
    ParticipantWork work =
        view.plan().works().stream()
            .filter(each -> each.participant().equals(participant))
            .findFirst()
            .orElseThrow();
    return this.<Vote>ask(
            replyTo -> new ParticipantCommand.Prepare(id, view.plan().owner(), work, replyTo))
        .thenCompose(
            vote ->
                vote.commit()
                    ? this.<Acknowledgement>ask(
                            replyTo -> new ParticipantCommand.Commit(id, participant, replyTo))
                        .thenApply(answer -> Done.getInstance())
                    : release(id, false, participant + " cannot hold it again: " + vote.message()));
  }

  private <R> CompletionStage<R> ask(Function<ActorRef<R>, ParticipantCommand> command) {
    // A participant asks its domain, and twice if it must.
    Duration bound = settings.answerTimeout().multipliedBy(2);
    return AskPattern.ask(
        participants,
        replyTo -> new TransactionCommand.CarryOut(command.apply(replyTo)),
        bound,
        system.scheduler());
  }

  private CompletionStage<Done> release(String id, boolean handOver, String reason) {
    return transaction(id)
        .ask(
            (ActorRef<TransactionProtocol.Released> replyTo) ->
                new TransactionProtocol.Release(handOver, reason, replyTo),
            settings.repair().within())
        .thenApply(released -> Done.getInstance());
  }

  private EntityRef<TransactionProtocol.Command> transaction(String id) {
    return ClusterSharding.get(system).entityRefFor(Transactions.KEY, id);
  }
}
