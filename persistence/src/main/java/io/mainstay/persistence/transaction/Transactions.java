package io.mainstay.persistence.transaction;

import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ClusterShardingSettings;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import java.util.Collection;

/**
 * The sharded transactions of this cluster. Not remembered, which would cost two more durable
 * writes for each: a participant that prepared asks, and at its start a node wakes those that its
 * journal shows as open.
 */
public final class Transactions {
  /** Name of the entity type; part of every persistence id, so fixed for ever. */
  static final String TYPE = "Transaction";

  /** Key of the entity type. */
  public static final EntityTypeKey<TransactionProtocol.Command> KEY =
      EntityTypeKey.create(TransactionProtocol.Command.class, TYPE);

  private final ClusterSharding sharding;

  private Transactions(ClusterSharding sharding) {
    this.sharding = sharding;
  }

  /** Starts the sharding region of this node; once per node. */
  public static Transactions start(
      ActorSystem<?> system, TransactionSettings settings, TransactionWiring wiring) {
    ClusterSharding sharding = ClusterSharding.get(system);
    sharding.init(
        Entity.of(
                KEY,
                entity ->
                    Transaction.create(entity.getEntityId(), settings, wiring, entity.getShard()))
            .withSettings(ClusterShardingSettings.create(system).withRememberEntities(false)));
    return new Transactions(sharding);
  }

  /** Reference to a transaction; its id is a ULID of the node's stamper. */
  public EntityRef<TransactionProtocol.Command> transaction(String transactionId) {
    return sharding.entityRefFor(KEY, transactionId);
  }

  /** Has these go on, if they have not ended. */
  public void wake(Collection<String> transactionIds) {
    transactionIds.forEach(id -> transaction(id).tell(new TransactionProtocol.Wake()));
  }
}
