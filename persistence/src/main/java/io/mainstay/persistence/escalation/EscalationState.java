package io.mainstay.persistence.escalation;

import io.mainstay.persistence.escalation.EscalationEvent.EscalationDecided;
import io.mainstay.persistence.escalation.EscalationEvent.GateAcknowledged;
import io.mainstay.persistence.escalation.EscalationEvent.RecoveryCounted;
import io.mainstay.persistence.escalation.EscalationEvent.RecoveryNotBegun;
import io.mainstay.persistence.serialization.JournalEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a node remembers of its faults. Immutable, bounded; no clock: an event's own time prunes
 * what is older than the window. Written as a snapshot; names and fields only grow.
 *
 * @param counted faults that count towards the frequency, oldest first
 * @param criticals faults that were critical since several at once were said last, oldest first
 * @param places when each error was raised last at each place and not recovered since, oldest first
 * @param tallies of each error that was ever raised
 * @param gates that wait for a person, in the order of their closing
 */
public record EscalationState(
    List<Sighting> counted,
    List<Sighting> criticals,
    List<Sighting> places,
    List<Tally> tallies,
    List<Gate> gates)
    implements JournalEvent {
  /** First part of the persistence id of each node's escalations; fixed for ever. */
  public static final String TYPE = "Escalation";

  private static final String CRITICAL = "critical";
  private static final String NO_GATE = "none";

  public EscalationState {
    counted = List.copyOf(counted);
    criticals = List.copyOf(criticals);
    places = List.copyOf(places);
    tallies = List.copyOf(tallies);
    gates = List.copyOf(gates);
  }

  /** A fault, where and when. */
  public record Sighting(String code, String component, String domain, long atMillis) {}

  /**
   * How often an error was raised.
   *
   * @param faults since the journal began
   * @param counted those of them that counted towards the frequency
   */
  public record Tally(
      String code,
      long faults,
      long counted,
      Instant lastAt,
      String lastSeverity,
      String lastComponent) {}

  /** A critical error whose protected state needs a person to be left. */
  public record Gate(String code, String component, String eventId, Instant since) {}

  /** Before the first fault. */
  public static EscalationState empty() {
    return new EscalationState(List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** What the event makes of this. */
  public EscalationState after(EscalationEvent event, EscalationSettings settings) {
    if (event instanceof EscalationDecided decided) {
      return decided(decided, settings);
    }
    if (event instanceof RecoveryCounted ended) {
      return ended(ended, settings);
    }
    if (event instanceof RecoveryNotBegun) {
      return this;
    }
    GateAcknowledged seen = (GateAcknowledged) event;
    return new EscalationState(
        counted,
        criticals,
        places,
        tallies,
        gates.stream().filter(gate -> !gate.code().equals(seen.code())).toList());
  }

  private EscalationState decided(EscalationDecided event, EscalationSettings settings) {
    Sighting now =
        new Sighting(
            event.code(), event.component(), event.domain(), event.meta().at().toEpochMilli());
    List<Sighting> nextCounted = recent(counted, now, settings);
    for (int i = 0; event.counted() && i < event.occurrences(); i++) {
      nextCounted.add(now);
    }
    List<Sighting> nextCriticals = recent(criticals, now, settings);
    if (event.code().equals("multiple_critical_failures")) {
      nextCriticals.clear();
    } else if (event.severity().equals(CRITICAL)) {
      nextCriticals.add(now);
    }
    List<Sighting> nextPlaces = recent(places, now, settings);
    nextPlaces.removeIf(isAt(event.code(), event.component()));
    nextPlaces.add(now);
    return new EscalationState(
        last(nextCounted, settings.countedMax()),
        last(nextCriticals, settings.placesMax()),
        last(nextPlaces, settings.placesMax()),
        tallied(event),
        gated(event, settings));
  }

  private EscalationState ended(RecoveryCounted event, EscalationSettings settings) {
    Sighting now =
        new Sighting(
            event.code(), event.component(), event.domain(), event.meta().at().toEpochMilli());
    List<Sighting> nextCounted = recent(counted, now, settings);
    boolean counts = !event.succeeded() || event.attempts() > 1;
    if (counts) {
      nextCounted.add(now);
    }
    List<Sighting> nextPlaces = new ArrayList<>(places);
    if (event.succeeded()) {
      // It has healed: the same again is another fault, and no attempt that did not hold.
      nextPlaces.removeIf(isAt(event.code(), event.component()));
    }
    List<Tally> nextTallies = new ArrayList<>();
    for (Tally tally : tallies) {
      nextTallies.add(
          counts && tally.code().equals(event.code())
              ? new Tally(
                  tally.code(),
                  tally.faults(),
                  tally.counted() + 1,
                  tally.lastAt(),
                  tally.lastSeverity(),
                  tally.lastComponent())
              : tally);
    }
    return new EscalationState(
        last(nextCounted, settings.countedMax()), criticals, nextPlaces, nextTallies, gates);
  }

  private List<Tally> tallied(EscalationDecided event) {
    List<Tally> next = new ArrayList<>(tallies);
    Tally before =
        tally(event.code()).orElse(new Tally(event.code(), 0, 0, event.meta().at(), "", ""));
    next.removeIf(tally -> tally.code().equals(event.code()));
    next.add(
        new Tally(
            event.code(),
            before.faults() + event.occurrences(),
            before.counted() + (event.counted() ? event.occurrences() : 0),
            event.meta().at(),
            event.severity(),
            event.component()));
    return next;
  }

  private List<Gate> gated(EscalationDecided event, EscalationSettings settings) {
    if (event.manualGate().equals(NO_GATE)) {
      return gates;
    }
    List<Gate> next = new ArrayList<>(gates);
    next.removeIf(
        gate -> gate.code().equals(event.code()) && gate.component().equals(event.component()));
    next.add(new Gate(event.code(), event.component(), event.meta().eventId(), event.meta().at()));
    return last(next, settings.placesMax());
  }

  /** Faults of that error that count, within the window before that moment. */
  public int perHourOfError(String code, long nowMillis, EscalationSettings settings) {
    return count(known -> known.code().equals(code), nowMillis, settings);
  }

  /** The same for all errors of a domain. */
  public int perHourOfDomain(String domain, long nowMillis, EscalationSettings settings) {
    return count(known -> known.domain().equals(domain), nowMillis, settings);
  }

  /**
   * When that error was raised last at that place, if within the window of the last event and not
   * recovered since.
   */
  public Optional<Long> lastAt(String code, String component) {
    return places.stream().filter(isAt(code, component)).map(Sighting::atMillis).findFirst();
  }

  /** What is known of that error. */
  public Optional<Tally> tally(String code) {
    return tallies.stream().filter(tally -> tally.code().equals(code)).findFirst();
  }

  /**
   * Different critical errors within so many milliseconds before that moment; places do not count.
   */
  public int criticalWithin(long millis, long nowMillis) {
    return (int)
        criticals.stream()
            .filter(known -> nowMillis - known.atMillis() < millis)
            .map(Sighting::code)
            .distinct()
            .count();
  }

  private int count(Predicate<Sighting> which, long nowMillis, EscalationSettings settings) {
    return (int)
        counted.stream()
            .filter(known -> nowMillis - known.atMillis() < settings.window().toMillis())
            .filter(which)
            .count();
  }

  private static Predicate<Sighting> isAt(String code, String component) {
    return known -> known.code().equals(code) && known.component().equals(component);
  }

  private static List<Sighting> recent(
      List<Sighting> all, Sighting now, EscalationSettings settings) {
    List<Sighting> next = new ArrayList<>(all);
    next.removeIf(known -> now.atMillis() - known.atMillis() >= settings.window().toMillis());
    return next;
  }

  private static <T> List<T> last(List<T> all, int most) {
    return all.subList(Math.max(0, all.size() - most), all.size());
  }
}
