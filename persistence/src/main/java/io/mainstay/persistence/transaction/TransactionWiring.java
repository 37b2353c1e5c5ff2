package io.mainstay.persistence.transaction;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.function.Consumer;

/**
 * What the transactions of a node work with.
 *
 * @param participants who takes part, on this node
 * @param stuck told when a participant needs a person; called on an actor's thread, must not block
 * @param settled told when one has ended that needed a person, or may have in an earlier life;
 *     called likewise
 * @param observer shown every message and write
 */
public record TransactionWiring(
    EventStamper stamper,
    ActorRef<ParticipantCommand> participants,
    Consumer<Stuck> stuck,
    Consumer<Settled> settled,
    TransactionObserver observer) {
  /**
   * A participant did not carry out what it was told, as often as allowed.
   *
   * @param cause the journal's event of it
   */
  public record Stuck(
      String transactionId,
      String operation,
      String participant,
      String code,
      String message,
      EventMeta cause) {}

  /**
   * Nobody need look any more.
   *
   * @param state that it ended in, such as {@code committed}
   * @param cause its last event in the journal
   */
  public record Settled(String transactionId, String operation, String state, EventMeta cause) {}
}
