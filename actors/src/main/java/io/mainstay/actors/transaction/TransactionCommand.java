package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.participant.Holding;
import java.util.List;

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

  /** What one participant holds. */
  record Held(String participant, List<Holding> holdings) {
    public Held {
      holdings = List.copyOf(holdings);
    }
  }
}
