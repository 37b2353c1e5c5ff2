package io.mainstay.actors.consistency;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.consistency.check.Divergence;
import io.mainstay.actors.consistency.check.RepairAction;
import io.mainstay.actors.consistency.check.RepairScope;
import io.mainstay.actors.consistency.check.WatchEffect;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Journals what the monitor finds and does, each event with the one that led to it, and counts.
 * Confined to the monitor.
 */
final class ConsistencyLog {
  private record Known(EventMeta meta, Instant since) {}

  private final ActorRef<HistoryLog.Command<ConsistencyEvent>> log;
  private final EventStamper stamper;
  private final int journaledMax;
  private final Map<Divergence, Known> open = new HashMap<>();
  private EventMeta repair;
  private EventMeta lastFound;
  private int room;
  private long found;
  private long repaired;

  ConsistencyLog(
      ActorRef<HistoryLog.Command<ConsistencyEvent>> log, EventStamper stamper, int journaledMax) {
    this.log = log;
    this.stamper = stamper;
    this.journaledMax = journaledMax;
  }

  /** A look's effects follow. */
  void nextLook() {
    room = journaledMax;
  }

  /** Returns the event's identity, null where it is not journaled. */
  EventMeta found(WatchEffect.Found effect, Instant now) {
    found++;
    Divergence divergence = effect.divergence();
    EventMeta meta = stamper.root();
    open.put(divergence, new Known(meta, now));
    if (room-- > 0) {
      lastFound = meta;
      tell(
          new ConsistencyEvent.DivergenceFound(
              meta,
              divergence.kind().check().wireName(),
              divergence.kind().wireName(),
              divergence.kind().field(),
              divergence.kind().owner().wireName(),
              divergence.place(),
              divergence.subject(),
              divergence.ownerValue(),
              divergence.otherValue(),
              ConsistencyEvent.DivergenceFound.MONITOR,
              List.of()));
    } else {
      open.put(divergence, new Known(null, now));
      return null;
    }
    return meta;
  }

  void gone(WatchEffect.Gone effect, Instant now) {
    Divergence divergence = effect.divergence();
    if (effect.byRepair()) {
      repaired++;
    }
    Known known = open.remove(divergence);
    if (known == null || known.meta() == null) {
      return; // Its finding was not journaled, so its end is not either.
    }
    RepairAction action = effect.byRepair() ? divergence.kind().repair() : RepairAction.NONE;
    tell(
        new ConsistencyEvent.DivergenceRepaired(
            stamper.causedBy(known.meta()),
            divergence.kind().wireName(),
            divergence.place(),
            divergence.subject(),
            action.wireName(),
            Duration.between(known.since(), now).toMillis()));
  }

  void repairBegins(WatchEffect.RepairBegins effect) {
    repair = stamper.causedBy(lastFound);
    tell(
        new ConsistencyEvent.RepairStarted(
            repair,
            rounded(effect.score()),
            effect.scopes().stream().map(RepairScope::wireName).sorted().toList(),
            effect.divergences()));
  }

  /** Returns the event's identity, as the cause of an alert. */
  EventMeta repairEnds(WatchEffect.RepairEnds effect) {
    EventMeta meta = stamper.causedBy(repair);
    tell(
        new ConsistencyEvent.RepairEnded(
            meta,
            effect.success(),
            rounded(effect.score()),
            effect.took().toMillis(),
            effect.left().size()));
    return meta;
  }

  long foundCount() {
    return found;
  }

  long repairedCount() {
    return repaired;
  }

  private void tell(ConsistencyEvent event) {
    log.tell(HistoryLog.Record.of(event));
  }

  private static double rounded(double score) {
    return Math.round(score * 1_000) / 1_000.0;
  }
}
