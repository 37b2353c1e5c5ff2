package io.mainstay.persistence.alert;

import io.mainstay.persistence.serialization.JournalEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Alerts in memory. Immutable. Written as a snapshot; names and fields only grow.
 *
 * @param open in the order of their raising
 * @param past cleared ones, the last so many, in the order of their clearing
 */
public record AlertState(List<Alert> open, List<Alert> past) implements JournalEvent {
  public AlertState {
    open = List.copyOf(open);
    past = List.copyOf(past);
  }

  /** First part of the persistence id of each node's alerts; fixed for ever. */
  public static final String TYPE = "Alert";

  /** Before the first alert. */
  public static AlertState empty() {
    return new AlertState(List.of(), List.of());
  }

  /** An alert that is open, or was among the last ones. */
  public Optional<Alert> find(String alertId) {
    return all().filter(alert -> alert.alertId().equals(alertId)).findFirst();
  }

  /** The open one of that kind about that. */
  public Optional<Alert> open(String kind, String subject) {
    return open.stream().filter(alert -> alert.isAbout(kind, subject)).findFirst();
  }

  /** By id, which is by their raising. */
  public List<Alert> sorted(boolean openOnly) {
    return openOnly ? open : all().sorted(Comparator.comparing(Alert::alertId)).toList();
  }

  /** What the event makes of this; keeps at most {@code kept} cleared ones. */
  public AlertState after(AlertEvent event, int kept) {
    if (event instanceof AlertEvent.AlertRaised raised) {
      List<Alert> next = new ArrayList<>(open);
      next.add(
          new Alert(
              raised.alertId(),
              raised.kind(),
              raised.subject(),
              raised.message(),
              raised.remedy(),
              raised.meta(),
              null,
              null));
      return new AlertState(next, past);
    }
    if (event instanceof AlertEvent.AlertAcknowledged seen) {
      return new AlertState(
          open.stream()
              .map(
                  alert ->
                      alert.alertId().equals(seen.alertId()) ? alert.acknowledged(seen) : alert)
              .toList(),
          past);
    }
    AlertEvent.AlertCleared cleared = (AlertEvent.AlertCleared) event;
    List<Alert> gone = new ArrayList<>(past);
    open.stream()
        .filter(alert -> alert.alertId().equals(cleared.alertId()))
        .forEach(alert -> gone.add(alert.cleared(cleared)));
    return new AlertState(
        open.stream().filter(alert -> !alert.alertId().equals(cleared.alertId())).toList(),
        gone.subList(Math.max(0, gone.size() - kept), gone.size()));
  }

  private Stream<Alert> all() {
    return Stream.concat(open.stream(), past.stream());
  }
}
