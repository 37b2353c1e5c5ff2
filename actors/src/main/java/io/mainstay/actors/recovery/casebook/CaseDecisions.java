package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.escalation.Escalation;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.persistence.casebook.OpenCase;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.protocol.WorkerBlame;
import java.util.Locale;
import java.util.Optional;

/** Escalations of an earlier life of the node, decided again from what was written down. Pure. */
record CaseDecisions(ErrorCatalog catalog, EscalationPolicy policy) {
  /** That of a case; empty if this release does not know its error. */
  Optional<EscalationDecision> of(OpenCase one) {
    return catalog
        .find(one.code())
        .map(
            error -> {
              Severity severity = Severity.named(one.severity()).orElse(error.severity());
              WorkerBlame blame = WorkerBlame.valueOf(one.blame().toUpperCase(Locale.ROOT));
              Fault fault = new Fault(error, one.component(), blame, one.evidence(), one.raised());
              return new EscalationDecision(
                  fault, escalation(error, severity, blame), one.raised(), one.decided());
            });
  }

  /** That which a recovery answered of which nothing else is known. */
  Optional<EscalationDecision> of(RecoveryOutcome outcome) {
    return catalog
        .find(outcome.plan().error())
        .map(
            error ->
                new EscalationDecision(
                    new Fault(error, outcome.plan().subject(), "", outcome.last()),
                    escalation(error, error.severity(), error.blame()),
                    outcome.last(),
                    outcome.last()));
  }

  private Escalation escalation(ErrorDefinition error, Severity severity, WorkerBlame blame) {
    return Escalation.decide(error, severity, blame, 0, 0, policy);
  }
}
