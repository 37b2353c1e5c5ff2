package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How much memory is in use at one moment, in bytes, as each says who has it: the ledgers, the
 * workers, the JVM, the machine. Immutable.
 *
 * @param ledgers of the devices and the host
 * @param devices with what their workers have resident
 * @param heapUsed of the JVM
 * @param heapMax at least 1
 * @param machineUsed of the whole machine
 * @param machineTotal at least 1
 */
public record MemoryFigures(
    List<LedgerView> ledgers,
    List<DeviceView> devices,
    long heapUsed,
    long heapMax,
    long machineUsed,
    long machineTotal) {
  private static final String MACHINE = "system";

  public MemoryFigures {
    ledgers = List.copyOf(ledgers);
    devices = List.copyOf(devices);
  }

  /** The ledger that the place of a fault names, if it names one. */
  public Optional<LedgerView> ledger(String subject) {
    List<String> parts = Arrays.asList(subject.split("/"));
    return ledgers.stream().filter(ledger -> parts.contains(ledger.deviceId())).findFirst();
  }

  /**
   * Share in use, 0 to 1, of the memory that the place of a fault names: a device's or the host's
   * ledger, the machine, or else the JVM's heap.
   */
  public double share(String subject) {
    Optional<LedgerView> ledger = ledger(subject);
    if (ledger.isPresent()) {
      return share(ledger.get());
    }
    return Arrays.asList(subject.split("/")).contains(MACHINE) ? machineShare() : heapShare();
  }

  /** Share in use of the machine's memory, 0 to 1. */
  public double machineShare() {
    return (double) machineUsed / machineTotal;
  }

  /** Share in use of the JVM's heap, 0 to 1. */
  public double heapShare() {
    return (double) heapUsed / heapMax;
  }

  private static double share(LedgerView ledger) {
    return (double) ledger.reservedBytes() / ledger.budgetBytes();
  }

  /** Bytes that the ledgers have reserved, together. */
  public long reserved() {
    return ledgers.stream().mapToLong(LedgerView::reservedBytes).sum();
  }

  /** Bytes that the workers have resident, together. */
  public long resident() {
    return devices.stream().mapToLong(DeviceView::residentBytes).sum();
  }

  /** All of it, for the evidence of a step. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "ledgers %d, workers %d, heap %d of %d, machine %d of %d bytes",
        reserved(),
        resident(),
        heapUsed,
        heapMax,
        machineUsed,
        machineTotal);
  }

  /** What has changed since those, for the evidence of a step. */
  public String since(MemoryFigures before) {
    return String.format(
        Locale.ROOT,
        "ledgers %d -> %d, workers %d -> %d, heap %d -> %d, machine %d -> %d bytes",
        before.reserved(),
        reserved(),
        before.resident(),
        resident(),
        before.heapUsed,
        heapUsed,
        before.machineUsed,
        machineUsed);
  }
}
