package io.mainstay.actors.recovery.action.device;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Models that were taken off devices which failed, so that they can be loaded elsewhere, and there
 * again when the device is back. Of this life of the node: after a restart they are loaded when
 * somebody asks for them. Thread-safe.
 */
public final class FailedDevices {
  /** A model that was loaded onto another device in the place of the one that failed. */
  record Move(String modelId, String onto) {}

  private final Map<String, Set<String>> models = new HashMap<>();
  // By device, then by the recovery that moved them; those of a failure that is over go with the
  // next one.
  private final Map<String, Map<String, Set<Move>>> moves = new HashMap<>();

  /** The model was on that device. */
  public synchronized void had(String deviceId, String modelId) {
    if (!models.containsKey(deviceId)) {
      moves.remove(deviceId);
    }
    models.computeIfAbsent(deviceId, id -> new TreeSet<>()).add(modelId);
  }

  /** The devices that failed and have not got back what they had. */
  synchronized Set<String> devices() {
    return new TreeSet<>(models.keySet());
  }

  /** The models that were on it, in the order of their ids. */
  public synchronized Set<String> of(String deviceId) {
    return new TreeSet<>(models.getOrDefault(deviceId, Set.of()));
  }

  /** The same, and forgets them: it is back. */
  synchronized Set<String> back(String deviceId) {
    Set<String> had = models.remove(deviceId);
    return had == null ? Set.of() : had;
  }

  /** That recovery loaded one of them elsewhere, where it was not before. */
  synchronized void moved(String deviceId, String recoveryId, Move move) {
    moves
        .computeIfAbsent(deviceId, id -> new HashMap<>())
        .computeIfAbsent(recoveryId, id -> new HashSet<>())
        .add(move);
  }

  /** What that recovery loaded elsewhere for the device. */
  synchronized Set<Move> movedBy(String deviceId, String recoveryId) {
    return Set.copyOf(moves.getOrDefault(deviceId, Map.of()).getOrDefault(recoveryId, Set.of()));
  }
}
