package io.mainstay.persistence.session;

import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.mainstay.persistence.identity.EventStamper;

/**
 * The sharded sessions of this cluster. Remembered: after a restart of the node those that are not
 * finished start and go on by themselves.
 */
public final class Sessions {
  /** Name of the entity type; part of every persistence id, so fixed for ever. */
  static final String TYPE = "Session";

  /** Key of the entity type. */
  public static final EntityTypeKey<SessionProtocol.Command> KEY =
      EntityTypeKey.create(SessionProtocol.Command.class, TYPE);

  private final ClusterSharding sharding;

  private Sessions(ClusterSharding sharding) {
    this.sharding = sharding;
  }

  /**
   * Starts the sharding region of this node; once per node.
   *
   * @param work who carries the work out, on this node; it must exist before this call, since
   *     remembered sessions ask it at once
   */
  public static Sessions start(
      ClusterSharding sharding,
      SessionSettings settings,
      EventStamper stamper,
      ActorRef<SessionWork> work) {
    sharding.init(
        Entity.of(
            KEY,
            entity ->
                Session.create(entity.getEntityId(), settings, stamper, work, entity.getShard())));
    return new Sessions(sharding);
  }

  /** Reference to a session, wherever it is. Check the id with {@link SessionIds} first. */
  public EntityRef<SessionProtocol.Command> session(String sessionId) {
    return sharding.entityRefFor(KEY, sessionId);
  }
}
