package io.mainstay.actors.gateway;

import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.RatedLedger;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.persistence.serialization.WireMessage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * One memory as clients see it: what its ledger has reserved, and for whom.
 *
 * @param name device id, or {@code host} for the host's own
 * @param budgetBytes all that may be reserved
 * @param ownerBytesMax most that one holder may have of it
 * @param reservedBytes of all holders; above the budget only where more was measured than estimated
 * @param freeBytes that can still be reserved, 0 while the budget is exceeded
 * @param usedShare of the budget that is reserved, 0 to 1, or above; 1 for a budget of 0
 * @param pressure low, moderate, high or critical, as the use is now
 * @param residentBytes of the serving worker as it last reported; 0 where nobody knows it
 * @param holders those of most bytes first
 * @param moreHolders that have less and are not named
 */
public record MemoryLedgerView(
    String name,
    long budgetBytes,
    long ownerBytesMax,
    long reservedBytes,
    long freeBytes,
    double usedShare,
    String pressure,
    long residentBytes,
    List<Holder> holders,
    int moreHolders)
    implements WireMessage {
  private static final Comparator<Reservation> LARGEST_FIRST =
      Comparator.comparingLong(Reservation::bytes).reversed().thenComparing(Reservation::owner);

  /**
   * Who has some of it.
   *
   * @param kind model, worker (what it asked for itself), transaction, recovery, restoration or
   *     other
   * @param name of that model, transaction or recovery; EPOCH/REQUEST for a worker
   */
  public record Holder(String kind, String name, long bytes) {
    private static Holder of(Reservation reservation) {
      return new Holder(
          MemoryOwners.kindOf(reservation.owner()),
          MemoryOwners.nameOf(reservation.owner()),
          reservation.bytes());
    }
  }

  public MemoryLedgerView {
    holders = List.copyOf(holders);
  }

  /**
   * @param residentBytes 0 for unknown
   * @param holdersMax most that are named
   */
  static MemoryLedgerView of(RatedLedger rated, long residentBytes, int holdersMax) {
    LedgerView ledger = rated.ledger();
    List<Holder> holders =
        ledger.reservations().stream()
            .sorted(LARGEST_FIRST)
            .limit(holdersMax)
            .map(Holder::of)
            .toList();
    return new MemoryLedgerView(
        ledger.deviceId(),
        ledger.budgetBytes(),
        ledger.ownerBytesMax(),
        ledger.reservedBytes(),
        Math.max(0, ledger.budgetBytes() - ledger.reservedBytes()),
        rated.usedFraction(),
        rated.pressure().name().toLowerCase(Locale.ROOT),
        residentBytes,
        holders,
        ledger.reservations().size() - holders.size());
  }
}
