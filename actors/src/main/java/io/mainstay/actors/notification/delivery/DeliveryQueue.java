package io.mainstay.actors.notification.delivery;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides what a courier sends next, and when. Pure and immutable; times are milliseconds of one
 * clock. One message is under way at a time and stays the same through its retries. Of the messages
 * that the rate allows, the last but one takes everything that waits, and the last is kept for what
 * is critical.
 */
final class DeliveryQueue {
  private static final int REMEMBERED = 2_000;

  /** What to do now. */
  sealed interface Step {}

  /** Send this; the queue after it expects {@link #taken} or {@link #failed}. */
  record Send(DeliveryQueue after, List<Parcel> parcels) implements Step {}

  /** Nothing before so many milliseconds have passed. */
  record Wait(long millis) implements Step {}

  /** Nothing until something comes. */
  record Idle() implements Step {}

  /**
   * After a parcel was offered.
   *
   * @param abandoned that made room, or found none
   * @param delivered true if it has been delivered already
   */
  record Offered(DeliveryQueue after, List<Parcel> abandoned, boolean delivered) {}

  /**
   * After a failure.
   *
   * @param abandoned the message, if this was its last attempt
   */
  record Failure(DeliveryQueue after, List<Parcel> abandoned) {}

  private final DeliverySettings limits;
  private final List<Parcel> waiting;
  private final List<Parcel> underWay;
  private final boolean sending;
  private final int attempts;
  private final long notBefore;
  private final List<Long> sent;
  private final Set<String> done;

  private DeliveryQueue(
      DeliverySettings limits,
      List<Parcel> waiting,
      List<Parcel> underWay,
      boolean sending,
      int attempts,
      long notBefore,
      List<Long> sent,
      Set<String> done) {
    this.limits = limits;
    this.waiting = waiting;
    this.underWay = underWay;
    this.sending = sending;
    this.attempts = attempts;
    this.notBefore = notBefore;
    this.sent = sent;
    this.done = done;
  }

  static DeliveryQueue empty(DeliverySettings limits) {
    return new DeliveryQueue(limits, List.of(), List.of(), false, 0, 0, List.of(), Set.of());
  }

  /** Attempts of the message under way so far. */
  int attempts() {
    return attempts;
  }

  int size() {
    return waiting.size() + underWay.size();
  }

  /** One more; one that waits, is under way or was delivered is not taken twice. */
  Offered offer(Parcel parcel) {
    if (done.contains(parcel.key())) {
      return new Offered(this, List.of(), true);
    }
    if (Stream.concat(waiting.stream(), underWay.stream())
        .anyMatch(each -> each.key().equals(parcel.key()))) {
      return new Offered(this, List.of(), false);
    }
    List<Parcel> next = new ArrayList<>(waiting);
    next.add(parcel);
    List<Parcel> abandoned = new ArrayList<>();
    while (next.size() + underWay.size() > limits.queueMax() && !next.isEmpty()) {
      abandoned.add(
          next.remove(
              next.stream()
                  .filter(each -> !each.critical())
                  .findFirst()
                  .map(next::indexOf)
                  .orElse(0)
                  .intValue()));
    }
    return new Offered(
        with(next, underWay, sending, attempts, notBefore, sent, done), abandoned, false);
  }

  /** What to do at that time. */
  Step next(long now) {
    if (sending) {
      return new Idle();
    }
    if (underWay.isEmpty() && waiting.isEmpty()) {
      return new Idle();
    }
    if (now < notBefore) {
      return new Wait(notBefore - now);
    }
    if (!underWay.isEmpty()) {
      return new Send(with(waiting, underWay, true, attempts, 0, sent, done), underWay);
    }
    List<Long> counted =
        sent.stream().filter(at -> now - at < limits.ratePeriod().toMillis()).toList();
    int left = limits.rateMax() - counted.size();
    boolean critical = waiting.stream().anyMatch(Parcel::critical);
    int needed = critical ? 1 : 2;
    if (left < needed) {
      // Room for one more comes when the oldest that stands in its way leaves the period.
      long leaves = counted.get(needed - left - 1) + limits.ratePeriod().toMillis();
      return new Wait(Math.max(1, leaves - now));
    }
    List<Parcel> ordered = ordered();
    List<Parcel> batch =
        left > 2
            ? ordered.subList(0, 1)
            : ordered.subList(0, Math.min(limits.digestMax(), ordered.size()));
    List<Parcel> rest = waiting.stream().filter(each -> !batch.contains(each)).toList();
    return new Send(with(rest, List.copyOf(batch), true, 0, 0, counted, done), List.copyOf(batch));
  }

  /** Critical ones first, each by their coming. */
  private List<Parcel> ordered() {
    return Stream.concat(
            waiting.stream().filter(Parcel::critical),
            waiting.stream().filter(each -> !each.critical()))
        .toList();
  }

  /** The server took what was under way. */
  DeliveryQueue taken(long now) {
    List<Long> times = new ArrayList<>(sent);
    times.add(now);
    Set<String> known = new LinkedHashSet<>(done);
    underWay.forEach(each -> known.add(each.key()));
    while (known.size() > REMEMBERED) {
      known.remove(known.iterator().next());
    }
    return with(waiting, List.of(), false, 0, 0, times, known);
  }

  /** The server never takes what was under way. */
  Failure rejected() {
    return new Failure(with(waiting, List.of(), false, 0, 0, sent, done), List.copyOf(underWay));
  }

  /**
   * It was not taken, and is tried again while attempts are left.
   *
   * @param leastMillis for which nothing at all is sent; 0 for the pauses of the settings alone
   */
  Failure failed(long now, long leastMillis) {
    int made = attempts + 1;
    if (made >= limits.attempts()) {
      long notBeforeThen = leastMillis > 0 ? now + leastMillis : 0;
      return new Failure(
          with(waiting, List.of(), false, 0, notBeforeThen, sent, done), List.copyOf(underWay));
    }
    long wait = Math.max(leastMillis, backoffMillis(made));
    return new Failure(with(waiting, underWay, false, made, now + wait, sent, done), List.of());
  }

  /** Without the pause before the next attempt. */
  DeliveryQueue soon() {
    return with(waiting, underWay, sending, attempts, 0, sent, done);
  }

  /** Until the next attempt, in milliseconds. */
  long waitMillis(long now) {
    return next(now) instanceof Wait wait ? wait.millis() : 0;
  }

  private long backoffMillis(int failures) {
    long wait = limits.backoffMin().toMillis();
    for (int i = 1; i < failures && wait < limits.backoffMax().toMillis(); i++) {
      wait *= 2;
    }
    return Math.min(Math.max(1, wait), limits.backoffMax().toMillis());
  }

  private DeliveryQueue with(
      List<Parcel> nextWaiting,
      List<Parcel> nextUnderWay,
      boolean nextSending,
      int nextAttempts,
      long nextNotBefore,
      List<Long> nextSent,
      Set<String> nextDone) {
    return new DeliveryQueue(
        limits,
        List.copyOf(nextWaiting),
        List.copyOf(nextUnderWay),
        nextSending,
        nextAttempts,
        nextNotBefore,
        List.copyOf(nextSent),
        nextDone);
  }
}
