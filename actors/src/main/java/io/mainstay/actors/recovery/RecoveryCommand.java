package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;

/** What the recovery supervisor is told and asked. Node-local. */
public sealed interface RecoveryCommand {
  /** A boundary caught a fault and chose the directive of its priority. */
  record ReportFault(Fault fault, String directive) implements RecoveryCommand {}

  /** A child is gone for good: its directive was to stop, or its restart budget is spent. */
  record ReportStopped(String component, String reason) implements RecoveryCommand {}

  /** How many faults so far. */
  record GetCounts(ActorRef<Counts> replyTo) implements RecoveryCommand {}

  /** Reply to {@link GetCounts}: since the node started. */
  record Counts(long faults, long stopped) {}
}
