package io.mainstay.actors.model.load;

import io.mainstay.actors.memory.MemoryCommand.LedgerList;

/** What ledgers say of a model. Pure. */
final class Ledgers {
  private Ledgers() {}

  /** Whether memory of the device is still set aside for that model. */
  static boolean hold(LedgerList ledgers, Residences.Key key) {
    String owner = Loader.owner(key.modelId());
    return ledgers.ledgers().stream()
        .filter(ledger -> ledger.deviceId().equals(key.deviceId()))
        .flatMap(ledger -> ledger.reservations().stream())
        .anyMatch(reservation -> reservation.owner().equals(owner));
  }
}
