package io.mainstay.actors.recovery.casebook;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.escalation.Escalation;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.persistence.casebook.CaseBookState;
import io.mainstay.persistence.casebook.CaseEvent;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.WorkerBlame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Escalations of the shipped catalog, and what follows from them, for tests. */
final class Cases {
  static final Config CONFIG = ConfigFactory.load();
  static final ErrorCatalog CATALOG = ErrorCatalog.load(CONFIG);
  static final EscalationPolicy POLICY = EscalationPolicy.of(CONFIG);
  static final CaseSettings SETTINGS = CaseSettings.of(CONFIG);
  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  static final EventMeta META = EventMeta.root("raised", START);

  private Cases() {}

  static EscalationPolicy policy(String change) {
    return EscalationPolicy.of(
        ConfigFactory.parseString("mainstay.escalation { " + change + " }")
            .withFallback(CONFIG)
            .resolve());
  }

  static CaseLife life(EscalationPolicy policy) {
    return new CaseLife(
        CATALOG,
        policy,
        SETTINGS,
        new CaseModes(Set.of("cpu-0", "cpu-1")),
        (code, recovery) -> true);
  }

  static EscalationDecision decision(
      ErrorNames error,
      String place,
      Severity severity,
      WorkerBlame blame,
      int perHour,
      EscalationPolicy policy) {
    return new EscalationDecision(
        new Fault(CATALOG.get(error), place, blame, "seen", null),
        Escalation.decide(CATALOG.get(error), severity, blame, perHour, perHour, policy),
        META,
        META.causes("decided", START));
  }

  /** The events of the facts, all at that time. */
  static List<CaseEvent> events(List<CaseFact> facts, Instant at) {
    List<CaseEvent> events = new ArrayList<>();
    facts.forEach(fact -> events.add(fact.apply(EventMeta.root("e", at))));
    return events;
  }

  static CaseBookState after(CaseBookState state, List<CaseFact> facts, Instant at) {
    CaseBookState next = state;
    for (CaseEvent event : events(facts, at)) {
      next = next.after(event);
    }
    return next;
  }

  static List<String> names(List<CaseFact> facts) {
    return events(facts, START).stream().map(event -> event.getClass().getSimpleName()).toList();
  }
}
