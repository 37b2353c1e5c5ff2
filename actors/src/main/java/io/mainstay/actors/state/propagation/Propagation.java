package io.mainstay.actors.state.propagation;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One change on its way through the six stages. Pure and immutable: each method answers the next
 * state, and refuses an event that its stage does not know.
 *
 * @param change what is propagated
 * @param stage where it is
 * @param deliveries to each whom it concerns
 * @param reason why it was refused; empty otherwise
 */
record Propagation(Change change, Stage stage, Map<Receiver, Delivery> deliveries, String reason) {
  /** In this order; REFUSED ends it at validation or by those whom it was sent to. */
  enum Stage {
    DETECTED,
    VALIDATED,
    RANKED,
    SENT,
    CONFIRMED,
    CACHED,
    REFUSED
  }

  /**
   * To one receiver.
   *
   * @param attempts how often it was told
   * @param deadline until when the present attempt may be answered
   * @param detail why it refused; empty otherwise
   */
  record Delivery(int attempts, Instant deadline, Outcome outcome, String detail) {
    boolean isOpen() {
      return outcome == Outcome.OPEN;
    }
  }

  Propagation {
    deliveries = Map.copyOf(deliveries);
  }

  static Propagation detected(Change change) {
    return new Propagation(change, Stage.DETECTED, Map.of(), "");
  }

  /** Checked against the policy. */
  Propagation validated() {
    expect(Stage.DETECTED);
    return PropagationPolicy.refuses(change.told().message())
        .map(why -> new Propagation(change, Stage.REFUSED, Map.of(), why))
        .orElseGet(() -> at(Stage.VALIDATED));
  }

  /** It waits in the queue of its rank. */
  Propagation ranked() {
    expect(Stage.VALIDATED);
    return at(Stage.RANKED);
  }

  /** Out of its queue again. */
  static Propagation queued(Change change) {
    return new Propagation(change, Stage.RANKED, Map.of(), "");
  }

  /** Told to those whom it concerns; to nobody it is confirmed at once. */
  Propagation sent(Set<Receiver> receivers, Instant now, Duration patience) {
    expect(Stage.RANKED);
    Map<Receiver, Delivery> told = new LinkedHashMap<>();
    for (Receiver receiver : receivers) {
      told.put(receiver, new Delivery(1, now.plus(patience), Outcome.OPEN, ""));
    }
    return new Propagation(change, Stage.SENT, told, "").settled();
  }

  /** A receiver answered, or ended. A second answer of the same one changes nothing. */
  Propagation answered(Receiver receiver, Outcome outcome, String detail) {
    Delivery delivery = deliveries.get(receiver);
    if (stage != Stage.SENT || delivery == null || !delivery.isOpen()) {
      return this;
    }
    return with(receiver, new Delivery(delivery.attempts(), delivery.deadline(), outcome, detail))
        .settled();
  }

  /** Receivers whose attempt is overdue and who are told once more. */
  Set<Receiver> retries(Instant now, int attemptsMax) {
    return overdue(now).stream()
        .filter(receiver -> deliveries.get(receiver).attempts() < attemptsMax)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Time passed: overdue receivers have one attempt more, or are given up. */
  Propagation waited(Instant now, Duration patience, int attemptsMax) {
    Propagation next = this;
    for (Receiver receiver : overdue(now)) {
      Delivery late = deliveries.get(receiver);
      Delivery then =
          late.attempts() < attemptsMax
              ? new Delivery(late.attempts() + 1, now.plus(patience), Outcome.OPEN, "")
              : new Delivery(
                  late.attempts(),
                  late.deadline(),
                  Outcome.SILENT,
                  "no answer to " + late.attempts() + " attempts");
      next = next.with(receiver, then);
    }
    return next.settled();
  }

  /** The caches have it. */
  Propagation cached() {
    expect(Stage.CONFIRMED);
    return at(Stage.CACHED);
  }

  /** Nobody is waited for any more. */
  boolean isSettled() {
    return stage != Stage.SENT;
  }

  /** Those who did not confirm, with the reason. */
  List<String> unconfirmed() {
    return deliveries.entrySet().stream()
        .filter(delivery -> delivery.getValue().outcome() != Outcome.CONFIRMED)
        .map(
            delivery ->
                delivery.getKey().label()
                    + " "
                    + delivery.getValue().outcome().name().toLowerCase(Locale.ROOT)
                    + (delivery.getValue().detail().isEmpty()
                        ? ""
                        : ": " + delivery.getValue().detail()))
        .sorted()
        .toList();
  }

  /**
   * With an answer, or none, of everybody. The owner's word stands even where somebody did not take
   * it: that is said with it, and repaired by telling again, not by forgetting the truth.
   */
  private Propagation settled() {
    boolean open = deliveries.values().stream().anyMatch(Delivery::isOpen);
    return open || stage != Stage.SENT ? this : at(Stage.CONFIRMED);
  }

  private Set<Receiver> overdue(Instant now) {
    return deliveries.entrySet().stream()
        .filter(told -> told.getValue().isOpen() && !now.isBefore(told.getValue().deadline()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Propagation with(Receiver receiver, Delivery delivery) {
    Map<Receiver, Delivery> next = new LinkedHashMap<>(deliveries);
    next.put(receiver, delivery);
    return new Propagation(change, stage, next, reason);
  }

  private Propagation at(Stage next) {
    return new Propagation(change, next, deliveries, reason);
  }

  private void expect(Stage present) {
    if (stage != present) {
      throw new IllegalStateException(
          "Change " + change.id() + " is " + stage + ", not " + present);
    }
  }
}
