package io.mainstay.persistence.recovery;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.TransactionObserver;

/** The sharded recoveries. Remembered: those that have not ended go on by themselves. */
public final class Recoveries {
  /** Name of the entity type; part of every persistence id, so fixed for ever. */
  public static final String TYPE = "Recovery";

  /** Key of the entity type. */
  public static final EntityTypeKey<RecoveryProtocol.Command> KEY =
      EntityTypeKey.create(RecoveryProtocol.Command.class, TYPE);

  private final ClusterSharding sharding;

  private Recoveries(ClusterSharding sharding) {
    this.sharding = sharding;
  }

  /**
   * Starts the sharding region of this node; once per node.
   *
   * @param work who does the steps, on this node; it must exist before this call
   * @param observer shown every message and write
   */
  public static Recoveries start(
      ClusterSharding sharding,
      RecoverySettings settings,
      EventStamper stamper,
      ActorRef<RecoveryWork> work,
      TransactionObserver observer) {
    sharding.init(
        Entity.of(
            KEY,
            entity ->
                Recovery.create(
                    entity.getEntityId(), settings, stamper, work, observer, entity.getShard())));
    return new Recoveries(sharding);
  }

  /** Reference to a recovery; its id is a ULID of the node's stamper. */
  public EntityRef<RecoveryProtocol.Command> recovery(String recoveryId) {
    return sharding.entityRefFor(KEY, recoveryId);
  }
}
