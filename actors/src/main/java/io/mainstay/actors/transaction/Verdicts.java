package io.mainstay.actors.transaction;

import io.mainstay.persistence.transaction.Acknowledgement.Result;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.participant.Holding;
import io.mainstay.persistence.transaction.participant.Holdings;
import java.util.Optional;
import java.util.Set;

/**
 * What a participant does with a command, given what it holds. Pure. Every command may come twice,
 * late, or for something that was never prepared here.
 */
final class Verdicts {
  /** What to do. */
  sealed interface Step {
    /** Put it in place, write it down, vote to commit. */
    record Hold() implements Step {}

    /** It is held already: vote to commit again. */
    record VoteAgain() implements Step {}

    /** Vote to abort; nothing is held. */
    record Refuse(String code, String message) implements Step {}

    /** Have it take effect, write that down, answer. */
    record Confirm(Holding holding) implements Step {}

    /** Give it back, write that down, answer. */
    record Free(Holding holding, Result result) implements Step {}

    /** It is done already: answer again. */
    record AnswerAgain(Result result, String status) implements Step {}

    /** It cannot be done: say so. */
    record Fail(String code, String message) implements Step {}
  }

  private Verdicts() {}

  /**
   * @param aborted that were told to abort lately
   * @param open transactions that it holds or works on
   */
  static Step onPrepare(
      ParticipantCommand.Prepare prepare,
      Holdings holdings,
      Set<String> aborted,
      int open,
      int openMax) {
    Optional<Holding> held = holdings.of(prepare.transactionId());
    if (held.isPresent()) {
      return held.get().work().equals(prepare.work())
          ? new Step.VoteAgain()
          : new Step.Refuse(
              "prepared_otherwise", "it holds " + held.get().work() + " for that transaction");
    }
    if (aborted.contains(prepare.transactionId())) {
      return new Step.Refuse("aborted_before", "the abort came before the prepare");
    }
    if (open >= openMax) {
      return new Step.Refuse(
          "busy",
          open
              + " transactions are open; the most that"
              + " mainstay.persistence.participant.open-max allows is "
              + openMax);
    }
    return new Step.Hold();
  }

  static Step onCommit(String transactionId, Holdings holdings) {
    Optional<Holding> held = holdings.of(transactionId);
    if (held.isEmpty()) {
      return new Step.Fail(
          "unknown_transaction", "nothing was prepared for the transaction " + transactionId);
    }
    return held.get().committed()
        ? new Step.AnswerAgain(Result.COMMITTED, held.get().resourceStatus())
        : new Step.Confirm(held.get());
  }

  /** Of a commit that is being taken back nothing can be aborted any more. */
  static Step onAbort(String transactionId, Holdings holdings) {
    Optional<Holding> held = holdings.of(transactionId);
    if (held.isEmpty()) {
      return new Step.AnswerAgain(Result.ABORTED, "nothing_held");
    }
    return held.get().committed()
        ? new Step.Fail("committed_before", "the transaction is committed here")
        : new Step.Free(held.get(), Result.ABORTED);
  }

  static Step onRelease(String transactionId, Holdings holdings) {
    return holdings
        .of(transactionId)
        .<Step>map(held -> new Step.Free(held, Result.RELEASED))
        .orElse(new Step.AnswerAgain(Result.RELEASED, "nothing_held"));
  }

  /** Whether what is held is of use in this life of the domains. */
  static boolean ownerIsGone(Holding holding, String life) {
    return !holding.life().equals(life) && !Owners.outlivesNode(holding.owner());
  }
}
