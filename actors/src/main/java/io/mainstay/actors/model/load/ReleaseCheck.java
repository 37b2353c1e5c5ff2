package io.mainstay.actors.model.load;

import io.mainstay.actors.device.DeviceCommand.DeviceList;
import io.mainstay.actors.memory.MemoryCommand.LedgerList;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code verify_all_resources_released}: whether anything of a load that was taken back is left in
 * the lease, the ledger, the worker or the cache. Pure.
 */
final class ReleaseCheck {
  /** Code of a load that left something behind. */
  static final String CODE = "resources_not_released";

  private ReleaseCheck() {}

  /**
   * What was found.
   *
   * @param left what is still there, one sentence each; empty if nothing is
   * @param evidence what was compared, for people
   */
  record Found(List<String> left, String evidence) {
    Found {
      left = List.copyOf(left);
    }
  }

  /**
   * Compares what the four hold.
   *
   * @param leased the saga still has the lease of loading
   * @param own false if a newer load has the model there: then only the lease can be the saga's
   * @param cacheBytes in memory that nobody needs
   */
  static Found look(
      Residences.Key key,
      boolean leased,
      boolean own,
      LedgerList ledgers,
      DeviceList devices,
      long cacheBytes) {
    List<String> left = new ArrayList<>();
    if (leased) {
      left.add("the lease of loading onto " + key.deviceId() + " is still held");
    }
    if (!own) {
      return new Found(left, "the lease is free; the rest belongs to a newer load");
    }
    if (Ledgers.hold(ledgers, key)) {
      left.add("the ledger of " + key.deviceId() + " still has " + Loader.owner(key.modelId()));
    }
    boolean held =
        LoadRefusals.device(key.deviceId(), devices)
            .filter(device -> device.models().contains(key.modelId()))
            .isPresent();
    if (held) {
      left.add("the worker of " + key.deviceId() + " still holds " + key.modelId());
    }
    if (cacheBytes > 0) {
      left.add(cacheBytes + " bytes of " + key.modelId() + " are still read ahead for nobody");
    }
    return new Found(left, "lease free, ledger without it, worker without it, cache without it");
  }
}
