package io.mainstay.actors.model.load;

import io.mainstay.actors.memory.MemoryCommand.LedgerList;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What ledgers say of a model. Pure. */
final class Ledgers {
  private Ledgers() {}

  /** Models that memory of the device is set aside for. */
  static Set<String> models(LedgerList ledgers, String deviceId) {
    String prefix = Loader.owner("");
    return ledgers.ledgers().stream()
        .filter(ledger -> ledger.deviceId().equals(deviceId))
        .flatMap(ledger -> ledger.reservations().stream())
        .map(reservation -> reservation.owner())
        .filter(owner -> owner.startsWith(prefix))
        .map(owner -> owner.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  /** Whether memory of the device is still set aside for that model. */
  static boolean hold(LedgerList ledgers, Residences.Key key) {
    return of(ledgers, key).findAny().isPresent();
  }

  /** Bytes of the device that are set aside for that model. */
  static long bytes(LedgerList ledgers, Residences.Key key) {
    return of(ledgers, key).mapToLong(Reservation::bytes).sum();
  }

  private static Stream<Reservation> of(LedgerList ledgers, Residences.Key key) {
    String owner = Loader.owner(key.modelId());
    return ledgers.ledgers().stream()
        .filter(ledger -> ledger.deviceId().equals(key.deviceId()))
        .flatMap(ledger -> ledger.reservations().stream())
        .filter(reservation -> reservation.owner().equals(owner));
  }
}
