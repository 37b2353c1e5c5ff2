package io.mainstay.actors.model.load;

import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.saga.SagaOutcome;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaProtocol;
import io.mainstay.persistence.saga.SagaProtocol.SagaView;
import io.mainstay.persistence.saga.Sagas;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Sagas as sharded entities. Needs {@code Sagas.start} on this node before the first load, not
 * before it is made. Thread-safe.
 */
public final class ShardedSagas implements SagaStarter {
  private final ClusterSharding sharding;
  private final EventStamper stamper;
  private final Duration startTimeout;
  private final Duration endTimeout;

  /**
   * Sagas of that cluster.
   *
   * @param startTimeout for the start to be durable; asked for twice, since the first saga of a
   *     node also waits for its shard
   * @param endTimeout from then to the end, compensations included
   */
  public ShardedSagas(
      ClusterSharding sharding, EventStamper stamper, Duration startTimeout, Duration endTimeout) {
    this.sharding = sharding;
    this.stamper = stamper;
    this.startTimeout = startTimeout;
    this.endTimeout = endTimeout;
  }

  /** Sagas of that cluster, with the bounds of the model domain. */
  public static ShardedSagas of(
      ClusterSharding sharding, EventStamper stamper, ModelSettings settings) {
    return new ShardedSagas(
        sharding, stamper, settings.answerTimeout(), settings.loadDeadline().multipliedBy(2));
  }

  @Override
  public String nextId() {
    return stamper.nextId();
  }

  @Override
  public CompletionStage<SagaOutcome> carryThrough(String sagaId, SagaPlan.ModelLoad plan) {
    EntityRef<SagaProtocol.Command> saga = sharding.entityRefFor(Sagas.KEY, sagaId);
    // Starting the same plan again answers the same, so an answer that was lost costs nothing.
    return start(saga, plan)
        .exceptionallyCompose(overdue -> start(saga, plan))
        .thenCompose(started -> saga.askWithStatus(SagaProtocol.Subscribe::new, endTimeout));
  }

  private CompletionStage<SagaView> start(
      EntityRef<SagaProtocol.Command> saga, SagaPlan.ModelLoad plan) {
    return saga.askWithStatus(replyTo -> new SagaProtocol.Start(plan, null, replyTo), startTimeout);
  }
}
