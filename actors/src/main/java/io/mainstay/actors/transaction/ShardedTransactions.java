package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.persistence.transaction.TransactionProtocol.Verdict;
import io.mainstay.persistence.transaction.TransactionSettings;
import io.mainstay.persistence.transaction.Transactions;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Transactions as sharded entities. Needs {@code Transactions.start} on this node first. */
public final class ShardedTransactions implements TransactionStarter, Coordinator {
  private final ClusterSharding sharding;
  private final ActorSystem<?> system;
  private final EventStamper stamper;
  private final TransactionSettings settings;

  /** Transactions of that system. */
  public ShardedTransactions(
      ActorSystem<?> system, EventStamper stamper, TransactionSettings settings) {
    this.sharding = ClusterSharding.get(system);
    this.system = system;
    this.stamper = stamper;
    this.settings = settings;
  }

  @Override
  public String nextId() {
    return stamper.nextId();
  }

  @Override
  public CompletionStage<TransactionOutcome> carryThrough(
      String transactionId, TransactionPlan plan) {
    // Votes, then answers; who is silent is told again, and the end may come later than this.
    Duration bound = settings.votesWithin(plan).plus(settings.answerTimeout().multipliedBy(3));
    return entity(transactionId)
        .askWithStatus(replyTo -> new TransactionProtocol.Begin(plan, null, replyTo), bound);
  }

  @Override
  public CompletionStage<TransactionProtocol.Released> release(
      String transactionId, boolean handOver, String reason) {
    return entity(transactionId)
        .ask(
            replyTo -> new TransactionProtocol.Release(handOver, reason, replyTo),
            settings.answerTimeout().multipliedBy(2));
  }

  /** Refused when there is no such transaction. */
  public CompletionStage<TransactionView> view(String transactionId) {
    return entity(transactionId)
        .askWithStatus(TransactionProtocol.Get::new, settings.answerTimeout());
  }

  /** Tells those again that are stuck. Refused when there is no such transaction. */
  public CompletionStage<TransactionView> redrive(String transactionId, String reason) {
    return entity(transactionId)
        .askWithStatus(
            replyTo -> new TransactionProtocol.Redrive(reason, replyTo), settings.answerTimeout());
  }

  @Override
  public void outcome(String transactionId, String participant, ActorRef<Verdict> replyTo) {
    entity(transactionId).tell(new TransactionProtocol.OutcomeAsked(participant, replyTo));
  }

  @Override
  public void release(String transactionId, String reason) {
    entity(transactionId).tell(new TransactionProtocol.Release(false, reason, system.ignoreRef()));
  }

  private EntityRef<TransactionProtocol.Command> entity(String transactionId) {
    return sharding.entityRefFor(Transactions.KEY, transactionId);
  }
}
