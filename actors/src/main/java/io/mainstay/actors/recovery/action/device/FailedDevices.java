package io.mainstay.actors.recovery.action.device;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Models that were taken off devices which failed, so that they can be loaded elsewhere, and there
 * again when the device is back. Of this life of the node: after a restart they are loaded when
 * somebody asks for them. Thread-safe.
 */
public final class FailedDevices {
  private final Map<String, Set<String>> models = new ConcurrentHashMap<>();

  /** The model was on that device. */
  public void had(String deviceId, String modelId) {
    models.computeIfAbsent(deviceId, id -> ConcurrentHashMap.newKeySet()).add(modelId);
  }

  /** The models that were on it, in the order of their ids. */
  public Set<String> of(String deviceId) {
    return new TreeSet<>(models.getOrDefault(deviceId, Set.of()));
  }

  /** The same, and forgets them: it is back. */
  Set<String> back(String deviceId) {
    Set<String> had = models.remove(deviceId);
    return had == null ? Set.of() : new TreeSet<>(had);
  }
}
