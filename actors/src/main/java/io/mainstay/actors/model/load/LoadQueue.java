package io.mainstay.actors.model.load;

import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loads that wait for their device, which takes one at a time, in the order of asking. Pure and
 * immutable.
 *
 * @param running at most one for each device
 * @param queued all others
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "coordination",
    fields = {"requests", "queue"})
public record LoadQueue(List<Key> running, List<Key> queued) {
  public LoadQueue {
    running = List.copyOf(running);
    queued = List.copyOf(queued);
  }

  /** Nothing runs, nothing waits. */
  public static LoadQueue empty() {
    return new LoadQueue(List.of(), List.of());
  }

  /** Loads of a device that wait for another. */
  public int waiting(String deviceId) {
    return waitingFor(deviceId).size();
  }

  /** One more waits. */
  public LoadQueue with(Key key) {
    List<Key> next = new ArrayList<>(queued);
    next.add(key);
    return new LoadQueue(running, next);
  }

  /** Which load of that device may start now; empty while one runs there or none waits. */
  public Optional<Key> next(String deviceId) {
    boolean busy = running.stream().anyMatch(key -> key.deviceId().equals(deviceId));
    return busy
        ? Optional.empty()
        : queued.stream().filter(key -> key.deviceId().equals(deviceId)).findFirst();
  }

  /** Loads of that device that wait, whatever runs there, in order. */
  public List<Key> waitingFor(String deviceId) {
    return queued.stream().filter(key -> key.deviceId().equals(deviceId)).toList();
  }

  /** Nothing waits for that device any more; what runs there runs. */
  public LoadQueue cleared(String deviceId) {
    return new LoadQueue(
        running, queued.stream().filter(key -> !key.deviceId().equals(deviceId)).toList());
  }

  /** It waits no more; it runs. */
  public LoadQueue started(Key key) {
    List<Key> waiting = new ArrayList<>(queued);
    waiting.remove(key);
    List<Key> now = new ArrayList<>(running);
    now.add(key);
    return new LoadQueue(now, waiting);
  }

  /** It is over. */
  public LoadQueue ended(Key key) {
    List<Key> now = new ArrayList<>(running);
    now.remove(key);
    return new LoadQueue(now, queued);
  }
}
