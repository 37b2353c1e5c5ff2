package io.mainstay.actors.memory;

import java.util.stream.Collectors;

/**
 * Room that was asked for and not granted. Travels as the error of a {@code StatusReply}; carries
 * no stack trace, since nothing broke.
 */
public final class MemoryRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Stable code of every refusal for want of memory. */
  public static final String CODE = "device_memory_allocation_failure";

  private static final String BUDGET_OF_DEVICE = "mainstay.device.devices";

  private final String summary;
  private final String remedy;

  private MemoryRefusal(String summary, String remedy) {
    super(CODE + ": " + summary + ". " + remedy, null, false, false);
    this.summary = summary;
    this.remedy = remedy;
  }

  static MemoryRefusal doesNotFit(Ledger ledger, String owner, long bytes) {
    String holders =
        ledger.reservations().isEmpty()
            ? "nothing else is held"
            : "held: "
                + ledger.reservations().entrySet().stream()
                    .map(held -> held.getKey() + " " + size(held.getValue()))
                    .collect(Collectors.joining(", "));
    return new MemoryRefusal(
        String.format(
            "%s asked for %s of %s, of whose %s only %s are free (%s)",
            owner,
            size(bytes),
            ledger.deviceId(),
            size(ledger.budgetBytes()),
            size(ledger.freeBytes()),
            holders),
        "Unload what is not needed, use another device, or raise " + budgetSetting(ledger));
  }

  static MemoryRefusal aboveArenaLimit(Ledger ledger, String owner, long bytes) {
    return new MemoryRefusal(
        String.format(
            "%s asked for %s of %s, where one owner may hold at most %s",
            owner, size(bytes), ledger.deviceId(), size(ledger.arenaBytesMax())),
        "Use a smaller model, or raise mainstay.memory.arena-share-max (now that share of "
            + size(ledger.budgetBytes())
            + ") or "
            + budgetSetting(ledger));
  }

  static MemoryRefusal noSuchDevice(String deviceId, String owner, long bytes, String known) {
    return new MemoryRefusal(
        String.format(
            "%s asked for %s of %s, which has no memory registered; known: %s",
            owner, size(bytes), deviceId, known),
        "Name one of the known devices, or add it to " + BUDGET_OF_DEVICE);
  }

  static MemoryRefusal invalid(String deviceId, String owner, long bytes) {
    return new MemoryRefusal(
        String.format("%s asked for %d bytes of %s", owner, bytes, deviceId),
        "Ask for at least 0 bytes; the model's manifest states its memory");
  }

  /** {@value #CODE}. */
  public String code() {
    return CODE;
  }

  /** What was asked, what is free and who holds the rest. */
  public String summary() {
    return summary;
  }

  /** What to do, with the setting to change. */
  public String remedy() {
    return remedy;
  }

  /** A number of bytes for people, exact below 1 MiB. */
  static String size(long bytes) {
    return bytes < 1 << 20
        ? bytes + " bytes"
        : String.format(java.util.Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }

  private static String budgetSetting(Ledger ledger) {
    return ledger.deviceId().equals(HostLedger.ID)
        ? "mainstay.memory.host-budget"
        : "the memory budget of " + ledger.deviceId() + " in " + BUDGET_OF_DEVICE;
  }
}
