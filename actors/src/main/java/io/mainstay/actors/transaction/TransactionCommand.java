package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.participant.Holding;
import java.util.List;
import java.util.Set;

/** What a node's participants are told; handled by {@code TransactionSupervisor}. Node-local. */
public sealed interface TransactionCommand {
  /** A command of a coordinator, for one of them. Answered to it. */
  record CarryOut(ParticipantCommand command) implements TransactionCommand {}

  /** What every participant holds; one that does not answer in time is left out. */
  record ListHoldings(ActorRef<HoldingList> replyTo) implements TransactionCommand {}

  /** Reply to {@link ListHoldings}. */
  record HoldingList(List<Held> participants) {
    public HoldingList {
      participants = List.copyOf(participants);
    }
  }

  /**
   * What one participant holds.
   *
   * @param life of the domains; holdings of another one may not be in place (yet)
   * @param working transactions that it works on now, so that their claims may come or go
   */
  record Held(String participant, String life, List<Holding> holdings, Set<String> working) {
    public Held {
      holdings = List.copyOf(holdings);
      working = Set.copyOf(working);
    }
  }

  /**
   * What that participant holds for the transaction is put in place again, in its domain's books;
   * if that cannot be, it is released. Harmless if it holds nothing.
   */
  record HoldAgain(String participant, String transactionId) implements TransactionCommand {}

  /** A device is out of reach, or in reach again: prepares that concern it wait meanwhile. */
  record Outage(OutageNotice notice) implements TransactionCommand {}

  /** That prepare has waited long enough; the supervisor tells itself. */
  record FrozenWaitOver(FrozenDevices.Key key) implements TransactionCommand {}

  /**
   * That participant asks what became of the transaction, and does that with what it holds for it.
   * Harmless if it holds nothing.
   */
  record Settle(String participant, String transactionId) implements TransactionCommand {}
}
