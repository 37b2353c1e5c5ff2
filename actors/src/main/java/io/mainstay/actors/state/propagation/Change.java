package io.mainstay.actors.state.propagation;

import io.mainstay.actors.state.cache.CacheKey;
import io.mainstay.protocol.state.StateEnvelope;
import java.util.List;
import java.util.Set;

/**
 * A change of state that was detected and may be propagated.
 *
 * @param id in the order of detection, from 1
 * @param source whose state it is: a device's worker, the runners beside them, or the node
 * @param told the message with its version and order
 * @param devices whose workers it concerns; {@link #EVERYWHERE} for all, empty for none
 * @param again true where it was propagated before, and is told to a worker that came later
 * @param rank its urgency
 * @param steps its places in the sequential orders
 */
record Change(
    long id,
    String source,
    StateEnvelope told,
    Set<String> devices,
    boolean again,
    Rank rank,
    List<Sequence.Step> steps) {
  /** Stands for every device. */
  static final String EVERYWHERE = "*";

  Change {
    devices = Set.copyOf(devices);
    steps = List.copyOf(steps);
  }

  /** A change, ranked and placed. */
  static Change of(long id, String source, StateEnvelope told, Set<String> devices) {
    return new Change(
        id,
        source,
        told,
        devices,
        false,
        Ranking.of(told.message()),
        Sequence.steps(told.message()));
  }

  /** The same, to be told to a worker that came later; it waits for nothing. */
  static Change again(long id, String source, StateEnvelope told, String deviceId) {
    return new Change(
        id, source, told, Set.of(deviceId), true, Ranking.of(told.message()), List.of());
  }

  /** What it is about. */
  CacheKey key() {
    return CacheKey.of(source, told.message());
  }

  /** Devices that it is ordered with: what concerns no worker in particular, with all. */
  Set<String> scopes() {
    return devices.isEmpty() ? Set.of(EVERYWHERE) : devices;
  }

  /** Whether a later one with the same key makes it superfluous: a measurement, no step. */
  boolean conflates() {
    return rank == Rank.P3 && steps.isEmpty() && !again;
  }
}
