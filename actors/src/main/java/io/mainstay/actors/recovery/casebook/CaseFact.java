package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.persistence.casebook.CaseEvent;
import io.mainstay.persistence.casebook.OpenCase;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** One thing to journal of a case, once it has its identity; each is caused by the one before. */
interface CaseFact extends Function<EventMeta, CaseEvent> {
  /**
   * @param held nothing is recovered before a person agrees
   */
  static CaseFact opened(EscalationDecision decision, boolean held) {
    Fault fault = decision.fault();
    return meta ->
        new CaseEvent.CaseOpened(
            meta,
            fault.definition().name(),
            fault.component(),
            fault.blame().name().toLowerCase(Locale.ROOT),
            decision.escalation().severity().name().toLowerCase(Locale.ROOT),
            fault.evidence(),
            decision.raised(),
            decision.decided(),
            decision.escalation().gate().code(),
            decision.escalation().protection(),
            held);
  }

  static CaseFact givenUp(
      String code,
      String component,
      String kind,
      String recovery,
      int retries,
      String failedRecoveryId,
      String reason) {
    return meta ->
        new CaseEvent.RecoveryGivenUp(
            meta, code, component, kind, recovery, retries, failedRecoveryId, reason);
  }

  static CaseFact guarded(
      String code, String component, List<ModeKey> modes, boolean untilQuiet, String reason) {
    return meta ->
        new CaseEvent.CaseProtected(
            meta, code, component, modes.stream().map(ModeNames::of).toList(), untilQuiet, reason);
  }

  static CaseFact healed(OpenCase one, String evidence) {
    return meta -> new CaseEvent.CaseHealed(meta, one.code(), one.component(), evidence);
  }

  static CaseFact closed(OpenCase one, String outcome, String reason) {
    return meta -> new CaseEvent.CaseClosed(meta, one.code(), one.component(), outcome, reason);
  }
}
