package io.mainstay.actors.recovery.engine;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Wanted;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import org.slf4j.Logger;

/**
 * Has the journal say of each recovery that is not begun why, and what answers the fault instead:
 * at most once for each recovery of an escalation, so that there are no more of these events than
 * escalations let through. Waits for nothing. A retry is the case book's, whose journal has it.
 */
final class LeftOut {
  private final Logger log;
  private final ActorRef<LedgerCommand> ledger;

  LeftOut(Logger log, ActorRef<LedgerCommand> ledger) {
    this.log = log;
    this.ledger = ledger;
  }

  /**
   * Another one is enough.
   *
   * @param recoveryId of that one; empty while it waits
   * @param other what that one answers; null for one of an earlier life, or of a person
   */
  void joined(Wanted wanted, String recoveryId, EscalationDecision other) {
    String escalationId = other == null ? "" : other.decided().eventId();
    if (!escalationId.equals(wanted.decision().decided().eventId())) {
      say(wanted, "joined", recoveryId, escalationId);
    }
  }

  /** It led to the fault itself. */
  void circle(Wanted wanted) {
    say(wanted, "circle", wanted.provokedBy(), "");
  }

  /**
   * It comes again by itself.
   *
   * @param recoveryId what its retry will be called
   * @param escalationId what that answers
   */
  void pausing(Wanted wanted, String recoveryId, String escalationId) {
    say(wanted, "pausing", recoveryId, escalationId);
  }

  /** As many wait as may. */
  void tooMany(Wanted wanted) {
    say(wanted, "too_many", "", "");
  }

  /**
   * A caller's doing is answered once in a while.
   *
   * @param answered the escalation that was
   */
  void tooSoon(EscalationDecision decision, String answered) {
    ledger.tell(new LedgerCommand.NotBegun(decision, "", "too_soon", "", answered));
  }

  private void say(Wanted wanted, String why, String recoveryId, String escalationId) {
    String name = wanted.definition().name();
    log.info(
        "recovery not begun why={} recovery={} error={} subject={} instead={}",
        why,
        name,
        wanted.error().name(),
        wanted.subject(),
        recoveryId.isEmpty() ? escalationId : recoveryId);
    if (wanted.attempt() == 1) {
      ledger.tell(
          new LedgerCommand.NotBegun(wanted.decision(), name, why, recoveryId, escalationId));
    }
  }
}
