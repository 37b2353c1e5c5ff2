package io.mainstay.actors.recovery.escalation;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.escalation.EscalationState;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What the node's {@link FaultLedger} is told and asked. Node-local. */
public sealed interface LedgerCommand {
  /**
   * A fault was raised.
   *
   * @param severity in its context
   * @param context why it is not what the catalog says
   * @param occurrences faults that it stands for, 1 or more
   * @param raised its event in the journal
   */
  record Note(
      Fault fault, Severity severity, List<String> context, int occurrences, EventMeta raised)
      implements LedgerCommand {
    public Note {
      context = List.copyOf(context);
    }
  }

  /**
   * A recovery has ended. One that failed, or took a second attempt, counts towards the frequency.
   *
   * @param component what the fault was about
   * @param attempts 1 or more
   * @param cause its last event in the journal
   * @param replyTo told once it is durable, or null
   */
  record RecoveryEnded(
      ErrorNames error,
      String component,
      int attempts,
      boolean succeeded,
      EventMeta cause,
      ActorRef<Done> replyTo)
      implements LedgerCommand {}

  /**
   * A recovery of an escalated fault does not begin. Journaled, and counts for nothing; nobody
   * waits for it.
   *
   * @param recovery name in its catalog; empty where all of the error's are meant
   * @param why as the journal has it
   * @param recoveryId the one that answers it instead, or empty
   * @param escalationId event of the escalation whose recoveries do, or empty
   */
  record NotBegun(
      EscalationDecision decision,
      String recovery,
      String why,
      String recoveryId,
      String escalationId)
      implements LedgerCommand {}

  /** From now on the subscriber hears every decision; dead ones are forgotten. */
  record Subscribe(ActorRef<EscalationDecision> subscriber) implements LedgerCommand {}

  /** A person has seen the critical error: its gates open. Refused when none is closed. */
  record Acknowledge(String code, String by, String note, ActorRef<StatusReply<Done>> replyTo)
      implements LedgerCommand {}

  /** What the ledger knows. */
  record Get(ActorRef<View> replyTo) implements LedgerCommand {}

  /**
   * Answer to {@link Get}.
   *
   * @param tallies of each error that was ever raised
   * @param perHour of each error that counted within the last hour
   * @param gates that wait for a person
   */
  record View(
      List<EscalationState.Tally> tallies,
      List<PerHour> perHour,
      List<EscalationState.Gate> gates) {
    public View {
      tallies = List.copyOf(tallies);
      perHour = List.copyOf(perHour);
      gates = List.copyOf(gates);
    }

    /** So many of that error count within the last hour. */
    public record PerHour(String code, int count) {}
  }

  /** A subscriber is gone. */
  record Gone(ActorRef<EscalationDecision> subscriber) implements LedgerCommand {}
}
