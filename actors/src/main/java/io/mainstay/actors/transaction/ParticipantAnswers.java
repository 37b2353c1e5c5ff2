package io.mainstay.actors.transaction;

import akka.actor.typed.ActorSystem;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.Acknowledgement;
import io.mainstay.persistence.transaction.Acknowledgement.Result;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.Vote;

/** What a participant answers its coordinator. */
record ParticipantAnswers(ActorSystem<?> system, String participant, EventStamper stamper) {
  void vote(ParticipantCommand.Prepare prepare, Vote vote) {
    VoteFaults.say(system, prepare.owner(), vote);
    prepare.replyTo().tell(vote);
  }

  void answer(ParticipantCommand command, Result result, String status) {
    tell(
        command,
        Acknowledgement.of(
            command.transactionId(), participant, result, status, stamper.root().at()));
  }

  void fail(ParticipantCommand command, String code, String message) {
    system
        .log()
        .warn(
            "transaction not carried out transaction={} participant={} command={} code={}"
                + " reason={}",
            command.transactionId(),
            participant,
            command.getClass().getSimpleName(),
            code,
            message);
    tell(
        command,
        Acknowledgement.failed(
            command.transactionId(), participant, code, message, stamper.root().at()));
  }

  private static void tell(ParticipantCommand command, Acknowledgement answer) {
    if (command instanceof ParticipantCommand.Commit commit) {
      commit.replyTo().tell(answer);
    } else if (command instanceof ParticipantCommand.Abort abort) {
      abort.replyTo().tell(answer);
    } else if (command instanceof ParticipantCommand.Release release) {
      release.replyTo().tell(answer);
    }
  }
}
