package io.mainstay.actors.outage;

import io.mainstay.persistence.serialization.EventMeta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a restart of the keeper must not lose: how far each outage is, and who is told. Confined to
 * the keeper.
 */
final class OutageBooks {
  /** What is kept of one device. */
  static final class Watched {
    private Outage outage = Outage.none();
    private boolean serving;
    private Set<String> models = Set.of();
    private Set<String> checkpoint = Set.of();
    private EventMeta last;
    private List<String> remaining = List.of();

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
  }

  private final Map<String, Watched> devices = new LinkedHashMap<>();
  private final Map<Long, Notification> notifications = new LinkedHashMap<>();
  private final OutageSubscribers subscribers;
  private long notices;
  private long steps;

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

  long nextNotice() {
    return ++notices;
  }

  long nextStep() {
    return ++steps;
  }

  /** Notices that are not confirmed by all yet, by their number. */
  Map<Long, Notification> notifications() {
    return notifications;
  }
}
