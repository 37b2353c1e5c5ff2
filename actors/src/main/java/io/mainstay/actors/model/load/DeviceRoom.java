package io.mainstay.actors.model.load;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand.LedgerList;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.registry.ModelFaultCode;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether any device could ever hold a model, were it empty. What is taken at the moment does not
 * count: that is waited for, or evicted. Pure.
 */
public final class DeviceRoom {
  private static final String HOST = "host";
  private static final double MIB = 1 << 20;

  private DeviceRoom() {}

  /** Why the model is on none of the devices ever; empty if there is one, or none is known yet. */
  public static Optional<Refusal> never(ModelDescriptor model, LedgerList memories) {
    return memories.ledgers().stream()
        .filter(ledger -> !ledger.deviceId().equals(HOST))
        .max(Comparator.comparingLong(LedgerView::ownerBytesMax))
        .filter(largest -> model.memoryBytes() > largest.ownerBytesMax())
        .map(largest -> tooLarge(model, largest));
  }

  private static Refusal tooLarge(ModelDescriptor model, LedgerView largest) {
    return Refusal.of(
        ModelFaultCode.MODEL_EXCEEDS_DEVICES.code(),
        String.format(
            Locale.ROOT,
            "the model %s needs %.1f MiB of a device's memory; the largest device, %s, has %.1f MiB"
                + " for one model",
            model.id(),
            model.memoryBytes() / MIB,
            largest.deviceId(),
            largest.ownerBytesMax() / MIB),
        "Ask for a smaller model, or raise memory-budget of a device in mainstay.device.devices"
            + " (one model may take mainstay.memory.arena-share-max of it)");
  }
}
