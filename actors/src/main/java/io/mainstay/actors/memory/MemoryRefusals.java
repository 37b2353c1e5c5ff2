package io.mainstay.actors.memory;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ErrorNames;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Words for room that was asked for and not granted: asked, free, held by whom, and the setting to
 * change. The code is always {@code device_memory_allocation_failure}.
 */
final class MemoryRefusals {
  private static final String BUDGET_OF_DEVICE = "mainstay.device.devices";

  private MemoryRefusals() {}

  static Refusal doesNotFit(Ledger ledger, String owner, long bytes) {
    String holders =
        ledger.reservations().isEmpty()
            ? "nothing else is held"
            : "held: "
                + ledger.reservations().entrySet().stream()
                    .map(held -> held.getKey() + " " + size(held.getValue()))
                    .collect(Collectors.joining(", "));
    return refusal(
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

  static Refusal aboveArenaLimit(Ledger ledger, String owner, long bytes) {
    return refusal(
        String.format(
            "%s asked for %s of %s, where one owner may hold at most %s",
            owner, size(bytes), ledger.deviceId(), size(ledger.arenaBytesMax())),
        "Use a smaller model, or raise mainstay.memory.arena-share-max (now that share of "
            + size(ledger.budgetBytes())
            + ") or "
            + budgetSetting(ledger));
  }

  static Refusal noSuchDevice(String deviceId, String owner, long bytes, String known) {
    return refusal(
        String.format(
            "%s asked for %s of %s, which has no memory registered; known: %s",
            owner, size(bytes), deviceId, known),
        "Name one of the known devices, or add it to " + BUDGET_OF_DEVICE);
  }

  static Refusal invalid(String deviceId, String owner, long bytes) {
    return refusal(
        String.format("%s asked for %d bytes of %s", owner, bytes, deviceId),
        "Ask for at least 0 bytes; the model's manifest states its memory");
  }

  /** A number of bytes for people, exact below 1 MiB. */
  static String size(long bytes) {
    return bytes < 1 << 20
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }

  private static String budgetSetting(Ledger ledger) {
    return ledger.deviceId().equals(HostLedger.ID)
        ? "mainstay.memory.host-budget"
        : "the memory budget of " + ledger.deviceId() + " in " + BUDGET_OF_DEVICE;
  }

  private static Refusal refusal(String message, String remedy) {
    return Refusal.of(ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE, message, remedy);
  }
}
