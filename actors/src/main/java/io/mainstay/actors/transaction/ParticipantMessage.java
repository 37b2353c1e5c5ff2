package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.transaction.Acknowledgement.Result;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.TransactionProtocol.Verdict;
import io.mainstay.persistence.transaction.participant.Holding;
import io.mainstay.persistence.transaction.participant.Holdings;
import io.mainstay.persistence.transaction.participant.ParticipantLog;
import java.util.List;
import java.util.Set;

/** What a {@link Participant} is told: by coordinators, by its log, by the domain, by itself. */
sealed interface ParticipantMessage {
  /** A command of a transaction. */
  record Take(ParticipantCommand command) implements ParticipantMessage {}

  /** How many transactions it holds something for. */
  record Count(ActorRef<Held> replyTo) implements ParticipantMessage {}

  /** Answer to {@link Count}. */
  record Held(String participant, List<Holding> holdings, Set<String> working) {
    public Held {
      holdings = List.copyOf(holdings);
      working = Set.copyOf(working);
    }
  }

  /** What it holds is not in the domain's books: put it there again. */
  record HoldAgain(String transactionId) implements ParticipantMessage {}

  /** Somebody doubts what it holds: ask what became of the transaction. */
  record Settle(String transactionId) implements ParticipantMessage {}

  record Recovered(Holdings holdings) implements ParticipantMessage {}

  record Written(ParticipantLog.Written written) implements ParticipantMessage {}

  record HoldEnded(ParticipantCommand.Prepare prepare, Throwable failure)
      implements ParticipantMessage {}

  record HoldGivenUp(ParticipantCommand.Prepare prepare, Throwable why, Throwable failure)
      implements ParticipantMessage {}

  record ConfirmEnded(ParticipantCommand command, String status, Throwable failure)
      implements ParticipantMessage {}

  record FreeEnded(ParticipantCommand command, Result result, boolean handOver, Throwable failure)
      implements ParticipantMessage {}

  record Reapplied(Holding holding, int attempt, Throwable failure) implements ParticipantMessage {}

  record Reapply(Holding holding, int attempt) implements ParticipantMessage {}

  record Doubt(String transactionId) implements ParticipantMessage {}

  record Told(Verdict verdict) implements ParticipantMessage {}

  record TimeUp(String transactionId) implements ParticipantMessage {}
}
