package io.mainstay.actors.state.propagation;

import io.mainstay.actors.state.StateKind;
import io.mainstay.actors.state.cache.CacheKey;
import io.mainstay.protocol.state.StateEnvelope;
import java.util.EnumSet;
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
  /** Whole states, of which only the last counts; it must not be lost. */
  private static final Set<StateKind> LASTING =
      EnumSet.of(StateKind.MEMORY_POLICY_UPDATE, StateKind.SAFETY_POLICY_UPDATE);

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

  /**
   * Whether a later one with the same key makes it superfluous: a measurement that is no step, a
   * policy, or what a ledger has set aside for one owner.
   */
  boolean conflates() {
    boolean measurement = rank == Rank.P3 && steps.isEmpty();
    return !again && (measurement || lasts() || isLevel());
  }

  /** Whether it has a place in a full queue too: there is one for each thing it is about. */
  boolean lasts() {
    return LASTING.contains(key().kind()) && !again;
  }

  /** Whether the next one with the same key waits until this one is confirmed, and meets others. */
  boolean isLevel() {
    return key().kind() == StateKind.SYSTEM_MEMORY_ALLOCATED && !again;
  }

  /** The same in the place of an earlier one, which nobody needs any more. */
  Change inPlaceOf(long earlier) {
    return new Change(earlier, source, told, devices, again, rank, steps);
  }
}
