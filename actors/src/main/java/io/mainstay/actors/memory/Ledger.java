package io.mainstay.actors.memory;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who holds how much of one memory. Pure and immutable. A grant never takes the sum above the
 * budget nor one owner above the arena limit; only a measurement can, and then nothing more is
 * granted until enough is released.
 *
 * @param deviceId whose memory
 * @param budgetBytes all that may be reserved
 * @param arenaBytesMax most that one owner may hold
 * @param reservations bytes by owner, in the order of the grants
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "system_memory",
    fields = {"allocation", "reservations"})
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "coordination",
    fields = "conflict-resolution",
    note = "a grant never exceeds the budget: who comes second is refused")
record Ledger(
    String deviceId, long budgetBytes, long arenaBytesMax, Map<String, Long> reservations) {
  Ledger {
    if (budgetBytes < 0 || arenaBytesMax < 0) {
      throw new IllegalArgumentException(
          "The budget of "
              + deviceId
              + " is "
              + budgetBytes
              + " bytes and its arena limit "
              + arenaBytesMax
              + "; both must be at least 0");
    }
    reservations = Collections.unmodifiableMap(new LinkedHashMap<>(reservations));
  }

  /** Outcome of asking for room. */
  sealed interface Decision {}

  /** Room was set aside; {@code next} is the ledger from now on. */
  record Granted(Ledger next, Reservation reservation) implements Decision {}

  /** Nothing changed. */
  record Refused(Refusal refusal) implements Decision {}

  static Ledger empty(String deviceId, long budgetBytes, long arenaBytesMax) {
    return new Ledger(deviceId, budgetBytes, arenaBytesMax, Map.of());
  }

  /** Sum of all reservations. */
  long reservedBytes() {
    return reservations.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What can still be reserved; 0 while measurements have it above its budget. */
  long freeBytes() {
    return Math.max(0, budgetBytes - reservedBytes());
  }

  /** Share of the budget in use; above 1 when measurements exceed it. A budget of 0 is full. */
  double usedFraction() {
    return budgetBytes == 0 ? 1 : (double) reservedBytes() / budgetBytes;
  }

  /**
   * Sets bytes aside for an owner. What the owner holds already counts as free for it, so asking
   * for the same again changes nothing, and asking for another amount replaces the earlier one.
   */
  Decision reserve(String owner, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(
          owner + " asked for " + bytes + " bytes of " + deviceId + "; at least 0");
    }
    Long held = reservations.get(owner);
    if (held != null && held == bytes) {
      return new Granted(this, new Reservation(deviceId, owner, bytes));
    }
    if (arenaBytesMax < budgetBytes && bytes > arenaBytesMax) {
      return new Refused(MemoryRefusals.aboveArenaLimit(this, owner, bytes));
    }
    long reservedByOthers = reservedBytes() - (held == null ? 0 : held);
    if (bytes > budgetBytes - reservedByOthers) {
      return new Refused(MemoryRefusals.doesNotFit(this, owner, bytes));
    }
    return new Granted(with(owner, bytes), new Reservation(deviceId, owner, bytes));
  }

  /** Gives back all that an owner holds; nothing changes if it holds nothing. */
  Ledger release(String owner) {
    if (!reservations.containsKey(owner)) {
      return this;
    }
    Map<String, Long> left = new LinkedHashMap<>(reservations);
    left.remove(owner);
    return new Ledger(deviceId, budgetBytes, arenaBytesMax, left);
  }

  /**
   * What was measured replaces what was estimated. A late measurement, of an owner that holds
   * nothing any more, changes nothing.
   */
  Ledger settle(String owner, long measuredBytes) {
    return reservations.containsKey(owner) ? with(owner, Math.max(0, measuredBytes)) : this;
  }

  /** What an owner really has, if the ledger still says what was found wrong; 0 for nothing. */
  Ledger corrected(String owner, long expectedBytes, long bytes) {
    if (reservations.getOrDefault(owner, 0L) != expectedBytes) {
      return this;
    }
    return bytes <= 0 ? release(owner) : with(owner, bytes);
  }

  /** The same reservations under another budget. */
  Ledger withBudget(long bytes, long arenaMax) {
    return new Ledger(deviceId, bytes, arenaMax, reservations);
  }

  LedgerView view() {
    return new LedgerView(
        deviceId,
        budgetBytes,
        Math.min(budgetBytes, arenaBytesMax),
        reservedBytes(),
        reservations.entrySet().stream()
            .map(held -> new Reservation(deviceId, held.getKey(), held.getValue()))
            .toList());
  }

  private Ledger with(String owner, long bytes) {
    Map<String, Long> next = new LinkedHashMap<>(reservations);
    next.put(owner, bytes);
    return new Ledger(deviceId, budgetBytes, arenaBytesMax, next);
  }
}
