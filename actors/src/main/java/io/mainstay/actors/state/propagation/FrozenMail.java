package io.mainstay.actors.state.propagation;

import io.mainstay.actors.state.cache.CacheKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is not told to workers of devices that are out of reach until they are thawed. Of each thing
 * the last value only, in the order in which those came. Policies have a place even where the mail
 * is full. Confined to its owner; no clock and no actor in it.
 */
final class FrozenMail {
  private final int heldMax;
  private final Map<String, Instant> frozen = new HashMap<>();
  private final Map<String, LinkedHashMap<CacheKey, Change>> held = new HashMap<>();

  /**
   * @param heldMax changes for one device
   */
  FrozenMail(int heldMax) {
    this.heldMax = heldMax;
  }

  /** Nothing is told to its worker until it is thawed. */
  void freeze(String deviceId, Instant until) {
    frozen.put(deviceId, until);
  }

  boolean isFrozen(String deviceId) {
    return frozen.containsKey(deviceId);
  }

  /** Until when each device is frozen at most. */
  Map<String, Instant> frozen() {
    return Map.copyOf(frozen);
  }

  /** Keeps the change instead of an earlier one about the same; false if there is no room. */
  boolean hold(String deviceId, Change change) {
    LinkedHashMap<CacheKey, Change> mail =
        held.computeIfAbsent(deviceId, unused -> new LinkedHashMap<>());
    // Out of its place: it is the last that came.
    boolean known = mail.remove(change.key()) != null;
    if (!known && mail.size() >= heldMax && !DeskBooks.lasts(change)) {
      return false;
    }
    mail.put(change.key(), change);
    return true;
  }

  /** The device is as any other again; what was kept for it, in order. */
  List<Change> thaw(String deviceId) {
    frozen.remove(deviceId);
    LinkedHashMap<CacheKey, Change> mail = held.remove(deviceId);
    return mail == null ? List.of() : List.copyOf(mail.values());
  }

  /** Nobody needs to be told of that any more. */
  void forget(String subject) {
    held.values().forEach(mail -> mail.keySet().removeIf(key -> key.isOf(subject)));
  }
}
