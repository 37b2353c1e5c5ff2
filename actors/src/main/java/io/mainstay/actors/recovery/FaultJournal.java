package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.Locale;

/** Writes faults, directives and what stopped for good, as cause and effect. Waits for nothing. */
final class FaultJournal {
  private final ActorRef<HistoryLog.Command<FaultEvent>> log;
  private final EventStamper stamper;

  FaultJournal(ActorRef<HistoryLog.Command<FaultEvent>> log, EventStamper stamper) {
    this.log = log;
    this.stamper = stamper;
  }

  /** A fault, as bad as it is in its context; returns the event's identity. */
  EventMeta raised(Fault fault, Severity severity, String evidence) {
    EventMeta meta = stamper.causedBy(fault.cause());
    ErrorDefinition definition = fault.definition();
    log.tell(
        HistoryLog.Record.of(
            new FaultEvent.FaultRaised(
                meta,
                definition.name(),
                lower(definition.domain()),
                lower(severity),
                definition.priority().number(),
                lower(fault.blame()),
                evidence)));
    return meta;
  }

  /**
   * What supervision does about it; returns the event's identity.
   *
   * @param written told the event's identity once fault and directive are durable
   */
  EventMeta directed(
      EventMeta raised, Fault fault, String directive, String reason, ActorRef<EventMeta> written) {
    EventMeta meta = stamper.causedBy(raised);
    log.tell(
        new HistoryLog.Record<>(
            new FaultEvent.DirectiveChosen(
                meta,
                fault.definition().name(),
                lower(fault.definition().domain()),
                directive,
                fault.component(),
                reason),
            written));
    return meta;
  }

  /** A component is gone for good; returns the event's identity. */
  EventMeta stopped(String component, String reason) {
    EventMeta meta = stamper.root();
    log.tell(HistoryLog.Record.of(new FaultEvent.ComponentStopped(meta, component, reason)));
    return meta;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
