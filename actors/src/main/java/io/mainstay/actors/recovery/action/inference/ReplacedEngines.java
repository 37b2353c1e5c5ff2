package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Engines that the cascade of a fault had replaced, so that its strategy does not replace their
 * successors. In memory: after a restart of the node all engines are new. Thread-safe, bounded.
 */
final class ReplacedEngines {
  private static final int KEPT_MAX = 256;

  private record Key(String error, String subject, String deviceId) {}

  private final Map<Key, Long> epochs = new LinkedHashMap<>();

  /** That engine was replaced because of what the task is about. */
  synchronized void replaced(Task task, String deviceId, long epoch) {
    Key key = key(task, deviceId);
    epochs.remove(key);
    epochs.put(key, epoch);
    if (epochs.size() > KEPT_MAX) {
      epochs.remove(epochs.keySet().iterator().next());
    }
  }

  /** Whether the engine of that epoch came after one that was replaced for the same. */
  synchronized boolean isSuccessor(Task task, String deviceId, long epoch) {
    Long before = epochs.get(key(task, deviceId));
    return before != null && epoch > before;
  }

  /** Of the newest engine of the device that was replaced because of it. */
  synchronized OptionalLong last(Task task, String deviceId) {
    Long epoch = epochs.get(key(task, deviceId));
    return epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch);
  }

  /** The same fault again is a new one. */
  synchronized void forget(Task task) {
    epochs
        .keySet()
        .removeIf(
            key -> key.error().equals(task.plan().error()) && key.subject().equals(task.subject()));
  }

  private static Key key(Task task, String deviceId) {
    return new Key(task.plan().error(), task.subject(), deviceId);
  }
}
