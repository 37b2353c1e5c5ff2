package io.mainstay.actors.outage;

import io.mainstay.actors.model.report.Reconciled.Difference;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a restart of the keeper must not lose: how far each outage is, what is decided and not done,
 * and who is told. Confined to the keeper.
 */
final class OutageBooks {
  /** One step; the event is null where there is nothing to write. */
  record Step(long number, CausedEvent event, OutageAct act) {}

  /**
   * A comparison of both sides that is under way.
   *
   * @param epoch of the worker that is compared
   * @param found by its look, which the journal has
   * @param repairing the look is over
   */
  record Comparison(long number, long epoch, List<Found> found, boolean repairing) {
    Comparison {
      found = List.copyOf(found);
    }

    /** A divergence that the journal has, and since when. */
    record Found(Difference difference, EventMeta meta, long sinceNanos) {}

    Optional<Found> of(Difference difference) {
      return found.stream()
          .filter(known -> known.difference().modelId().equals(difference.modelId()))
          .filter(known -> known.difference().field().equals(difference.field()))
          .findFirst();
    }

    Comparison with(Found more) {
      List<Found> all = new ArrayList<>(found);
      all.add(more);
      return new Comparison(number, epoch, all, repairing);
    }

    Comparison looked() {
      return new Comparison(number, epoch, found, true);
    }
  }

  /**
   * What became of the work of a device that was given up.
   *
   * @param over it is known what was moved
   */
  record Move(long number, String reason, List<String> others, boolean over) {
    Move {
      others = List.copyOf(others);
    }

    Move ended() {
      return new Move(number, reason, others, true);
    }
  }

  /** What is kept of one device. */
  static final class Watched {
    private Outage outage = Outage.none();
    private boolean serving;
    private Set<String> models = Set.of();
    private Set<String> checkpoint = Set.of();
    private EventMeta last;
    private List<String> remaining = List.of();
    private final Deque<Step> steps = new ArrayDeque<>();
    private long writing;
    private Comparison comparison;
    private Move move;

    Outage outage() {
      return outage;
    }

    void is(Outage next) {
      outage = next;
    }

    void up(Set<String> holds) {
      serving = true;
      models = holds;
    }

    void down() {
      serving = false;
    }

    /** Whether work may be moved there. */
    boolean able() {
      return serving && outage.phase() == Outage.Phase.REACHABLE;
    }

    Set<String> models() {
      return models;
    }

    void holds(Set<String> now) {
      models = now;
    }

    /** Models that it had when it was lost. */
    Set<String> checkpoint() {
      return checkpoint;
    }

    void keepCheckpoint() {
      checkpoint = models;
    }

    /** The last event of its outage, cause of the next one; null for none. */
    EventMeta last() {
      return last;
    }

    void after(EventMeta event) {
      last = event;
    }

    /** Differences that were not repaired. */
    List<String> remaining() {
      return remaining;
    }

    void leaves(List<String> differences) {
      remaining = differences;
    }

    /** What is decided and not done, in order. */
    Deque<Step> steps() {
      return steps;
    }

    /** Number of the step that the journal was asked to write last. */
    long writing() {
      return writing;
    }

    void writes(long step) {
      writing = step;
    }

    /** Null while nothing is compared. */
    Comparison comparison() {
      return comparison;
    }

    void compares(Comparison next) {
      comparison = next;
    }

    /** Null unless the device was given up. */
    Move move() {
      return move;
    }

    void moves(Move next) {
      move = next;
    }
  }

  private final Map<String, Watched> devices = new LinkedHashMap<>();
  private final Map<Long, Notification> notifications = new LinkedHashMap<>();
  private final OutageSubscribers subscribers;
  private long numbers;

  OutageBooks(int subscribersMax) {
    this.subscribers = new OutageSubscribers(subscribersMax);
  }

  Map<String, Watched> devices() {
    return devices;
  }

  Watched device(String deviceId) {
    return devices.computeIfAbsent(deviceId, unused -> new Watched());
  }

  OutageSubscribers subscribers() {
    return subscribers;
  }

  /** A number that none had before: of a step, a comparison, a move or a notice. */
  long next() {
    return ++numbers;
  }

  /** Notices that are not confirmed by all yet, by their number. */
  Map<Long, Notification> notifications() {
    return notifications;
  }
}
