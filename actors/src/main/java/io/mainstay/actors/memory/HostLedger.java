package io.mainstay.actors.memory;

import akka.actor.typed.Behavior;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The ledger of the host's own memory: blobs in transit and tensors between steps, never what a
 * worker holds. The same decisions as for a device; its budget is a setting.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "system_memory",
    fields = "pools")
final class HostLedger {
  /** Takes the place of a device id. */
  static final String ID = "host";

  private HostLedger() {}

  static Ledger opening(MemorySettings settings) {
    return Ledger.empty(
        ID, settings.hostBudgetBytes(), settings.arenaBytesMax(settings.hostBudgetBytes()));
  }

  static Behavior<DeviceLedger.Command> create(AtomicReference<Ledger> book) {
    return DeviceLedger.create(book);
  }
}
