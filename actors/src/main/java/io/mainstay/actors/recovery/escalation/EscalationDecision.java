package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.Fault;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.Comparator;

/**
 * A fault and how far it is escalated, as offered to whoever recovers. Durable when it is told;
 * {@code database_failure} alone is told before, as then nothing can be made durable.
 *
 * @param raised the journal's event of the fault
 * @param decided the journal's event of this decision: the cause of what is done
 * @param counted whether it counts among those that come too often
 */
public record EscalationDecision(
    Fault fault, Escalation escalation, EventMeta raised, EventMeta decided, boolean counted) {
  /** One that counts. */
  public EscalationDecision(
      Fault fault, Escalation escalation, EventMeta raised, EventMeta decided) {
    this(fault, escalation, raised, decided, true);
  }

  /** Whether a person must agree before anything is recovered. */
  public boolean needsAgreement() {
    return fault.blame().countsAgainstHealth() && escalation.gate() == ManualGate.BEFORE_RECOVERY;
  }

  /**
   * The order of recoveries that wait: by recovery priority, then by impact, then by the pairs of
   * domains, then by age.
   */
  public static final Comparator<EscalationDecision> ORDER =
      Comparator.comparingInt(
              (EscalationDecision waiting) -> waiting.escalation().priority().number())
          .thenComparing(waiting -> waiting.escalation().impactScore(), Comparator.reverseOrder())
          .thenComparing(waiting -> waiting.escalation().pair())
          .thenComparing(waiting -> waiting.raised().eventId());
}
