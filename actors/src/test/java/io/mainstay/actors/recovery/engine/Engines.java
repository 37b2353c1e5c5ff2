package io.mainstay.actors.recovery.engine;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.escalation.Escalation;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Decisions and recoveries for tests, of the shipped catalog of errors. */
final class Engines {
  private static final ErrorCatalog CATALOG = ErrorCatalog.load(ConfigFactory.load());
  private static final EscalationPolicy POLICY = EscalationPolicy.of(ConfigFactory.load());

  private Engines() {}

  static EscalationDecision decision(ErrorNames error, String subject, String eventId) {
    return decision(error, subject, EventMeta.root(eventId, Instant.EPOCH));
  }

  static EscalationDecision decision(ErrorNames error, String subject, EventMeta raised) {
    return decision(error, subject, Severity.HIGH, raised);
  }

  static EscalationDecision decision(
      ErrorNames error, String subject, Severity severity, EventMeta raised) {
    Fault fault = new Fault(CATALOG.get(error), subject, "seen", null);
    return new EscalationDecision(
        fault,
        Escalation.decide(CATALOG.get(error), severity, fault.blame(), 1, 1, POLICY),
        raised,
        raised.causes(raised.eventId() + "-decided", Instant.EPOCH));
  }

  /** One that is critical, where a person must agree before. */
  static EscalationDecision gated(ErrorNames error, String subject, EventMeta raised) {
    EscalationPolicy policy =
        EscalationPolicy.of(
            ConfigFactory.parseString("mainstay.escalation.manual-gate = before-recovery")
                .withFallback(ConfigFactory.load()));
    Fault fault = new Fault(CATALOG.get(error), subject, "seen", null);
    return new EscalationDecision(
        fault,
        Escalation.decide(CATALOG.get(error), Severity.CRITICAL, fault.blame(), 1, 1, policy),
        raised,
        raised.causes(raised.eventId() + "-decided", Instant.EPOCH));
  }

  static RecoveryDefinition definition(RecoveryPlan.Kind kind, String name) {
    return new RecoveryDefinition(
        kind,
        name,
        RecoveryPlan.Flow.ALL,
        Duration.ofSeconds(1),
        List.of(
            new RecoveryDefinition.StepDefinition(
                Domain.DEVICE,
                "look",
                Duration.ofSeconds(1),
                1,
                RecoveryPlan.OnFailure.GO_ON,
                "",
                Map.of(),
                Map.of(),
                true)));
  }
}
