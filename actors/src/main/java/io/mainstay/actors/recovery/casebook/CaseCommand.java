package io.mainstay.actors.recovery.casebook;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.persistence.casebook.OpenCase;
import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import java.util.List;

/** What the node's {@link CaseBook} is told and asked. Node-local. */
public sealed interface CaseCommand {
  /** A fault was escalated. */
  record Decided(EscalationDecision decision) implements CaseCommand {}

  /** A recovery is over. Said once or more. */
  record Ended(RecoveryOutcome outcome) implements CaseCommand {}

  /** Who begins recoveries; told of retries and of what a person agreed to. */
  record Follow(ActorRef<CoordinatorCommand> coordinator) implements CaseCommand {}

  /** What is not over. */
  record Get(ActorRef<View> replyTo) implements CaseCommand {}

  /**
   * Answer to {@link Get}.
   *
   * @param cases in the order of their opening
   */
  record View(List<OpenCase> cases) {
    public View {
      cases = List.copyOf(cases);
    }
  }

  /** The pause before a retry is over. */
  record RetryDue(String code, String component, String recovery) implements CaseCommand {}

  /** Time to look at what is not over. */
  record Look() implements CaseCommand {}

  /** The node's components, or why they could not be looked at. */
  record Looked(ComponentCensus census, Throwable failure) implements CaseCommand {}

  /** The gates that are closed, or why that is not known. */
  record Gates(LedgerCommand.View ledger, ComponentCensus census, Throwable failure)
      implements CaseCommand {}

  /** A mode of a case holds, or a person keeps the node out of it; or why that is not known. */
  record Entered(String code, String component, ModeName mode, Throwable failure)
      implements CaseCommand {}

  /** A mode of a case that is closed has one ground less; or why that is not known. */
  record Left(Throwable failure) implements CaseCommand {}

  /** Time to see which modes hold for cases that are closed. */
  record CheckModes() implements CaseCommand {}

  /** The modes as they are now. */
  record Found(ModeView view) implements CaseCommand {}
}
