package io.mainstay.actors.transaction;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.Refusals;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.Vote;
import java.util.Set;

/** Says which resource a participant could not have, and that its transaction aborts. */
final class VoteFaults {
  /** Somebody else has it now and gives it back: an answer, not an error. */
  private static final Set<String> OTHERS_TURN =
      Set.of(
          "busy",
          "heap_reserved",
          "device_reserved",
          "device_busy_loading",
          "device_frozen",
          "device_isolated");

  private VoteFaults() {}

  /**
   * Nothing is said of a vote to commit, nor of a claim that its owner makes again until it is
   * free.
   *
   * @param owner of the transaction; an operator's is aborted for good by another's claim
   */
  static void say(ActorSystem<?> system, String owner, Vote vote) {
    boolean othersTurn = OTHERS_TURN.contains(vote.code());
    if (vote.commit() || othersTurn && !owner.equals(Owners.OPERATOR)) {
      return; // Who has to wait for another one meets no error.
    }
    FaultVoice voice = FaultVoice.of(system);
    // By the participant: a hundred requests that are too large are one thing to recover from.
    String place = "transaction/" + vote.participant();
    voice.raise(place, Refusals.recognise(vote.code(), vote.message()), null);
    if (othersTurn) {
      return;
    }
    voice.raise(
        place,
        Recognised.of(
            ErrorNames.TRANSACTION_PREPARE_REJECTED,
            vote.participant() + " does not take part: " + vote.code() + ": " + vote.message()),
        null);
  }
}
