package io.mainstay.persistence.saga;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.TransactionObserver;

/** The sharded sagas of this cluster. Remembered: those that have not ended go on by themselves. */
public final class Sagas {
  /** Name of the entity type; part of every persistence id, so fixed for ever. */
  static final String TYPE = "Saga";

  /** Key of the entity type. */
  public static final EntityTypeKey<SagaProtocol.Command> KEY =
      EntityTypeKey.create(SagaProtocol.Command.class, TYPE);

  private final ClusterSharding sharding;

  private Sagas(ClusterSharding sharding) {
    this.sharding = sharding;
  }

  /**
   * Starts the sharding region of this node; once per node.
   *
   * @param work who carries the steps out, on this node; it must exist before this call
   * @param observer shown every message and write
   */
  public static Sagas start(
      ClusterSharding sharding,
      SagaSettings settings,
      EventStamper stamper,
      ActorRef<SagaWork> work,
      TransactionObserver observer) {
    sharding.init(
        Entity.of(
            KEY,
            entity ->
                Saga.create(
                    entity.getEntityId(), settings, stamper, work, observer, entity.getShard())));
    return new Sagas(sharding);
  }

  /** Reference to a saga; its id is a ULID of the node's stamper. */
  public EntityRef<SagaProtocol.Command> saga(String sagaId) {
    return sharding.entityRefFor(KEY, sagaId);
  }
}
