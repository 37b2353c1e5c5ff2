package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.serialization.EventMeta;

/** What the recovery supervisor is told and asked. Node-local. */
public sealed interface RecoveryCommand {
  /** A boundary caught a fault and chose the directive of its priority. */
  record ReportFault(Fault fault, String directive) implements RecoveryCommand {}

  /**
   * Somebody saw a sign that something went wrong, and threw nothing: see {@link FaultVoice}.
   *
   * @param component what it is about
   * @param cause event that led here, or null
   */
  record RaiseFault(String component, Recognised sign, EventMeta cause)
      implements RecoveryCommand {}

  /** A child is gone for good: its directive was to stop, or its restart budget is spent. */
  record ReportStopped(String component, String reason) implements RecoveryCommand {}

  /** How many devices serve, of how many: context of every fault from now on. */
  record DevicesServing(int serving, int devices) implements RecoveryCommand {}

  /** Whether a degradation mode holds: context of every fault from now on. */
  record Degraded(boolean holds) implements RecoveryCommand {}

  /** A directive is durable, and with it its fault. */
  record Written(String directiveId) implements RecoveryCommand {}

  /** A directive was not durable in time: its fault is escalated all the same. */
  record WriteOverdue(String directiveId) implements RecoveryCommand {}

  /** How many faults so far. */
  record GetCounts(ActorRef<Counts> replyTo) implements RecoveryCommand {}

  /** Reply to {@link GetCounts}: since the node started. */
  record Counts(long faults, long stopped) {}
}
