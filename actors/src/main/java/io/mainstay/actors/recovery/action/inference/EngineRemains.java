package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.consistency.check.WorkerAccount;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What engines that failed have left on a device: their process, calls, leases and memory; and
 * whether the engine that serves holds what its slot has booked, by its own account. Pure.
 *
 * @param left one sentence each; empty if nothing is left
 * @param text the figures, for evidence
 */
record EngineRemains(List<String> left, String text) {
  EngineRemains {
    left = List.copyOf(left);
  }

  /**
   * Of one device.
   *
   * @param gone the newest engine that was to be replaced, if one was
   * @param ledger of the device's memory, or null if it has none
   */
  static EngineRemains of(DeviceFacts device, OptionalLong gone, LedgerView ledger) {
    List<String> left = new ArrayList<>();
    Set<Long> living = new TreeSet<>();
    for (SlotFacts slot : device.slots()) {
      if (slot.epoch() == 0) {
        continue;
      }
      living.add(slot.epoch());
      String name = "worker of epoch " + slot.epoch() + " on " + device.id();
      if (gone.isPresent() && slot.epoch() <= gone.getAsLong()) {
        left.add(name + " is there yet, process " + slot.pid());
      }
      if (slot.epoch() != device.servingEpoch()) {
        idle(slot, name, left);
      }
      if (slot.up() && !slot.busy()) {
        slot.account().ifPresent(account -> booked(slot, account, name, left));
      }
    }
    long lost = 0;
    for (Reservation held : ledger == null ? List.<Reservation>of() : ledger.reservations()) {
      OptionalLong worker = MemoryOwners.workerOf(held.owner());
      if (worker.isPresent() && !living.contains(worker.getAsLong())) {
        lost += held.bytes();
      }
    }
    if (lost > 0) {
      left.add(lost + " bytes of " + device.id() + " are reserved for workers that are gone");
    }
    return new EngineRemains(left, text(device, ledger));
  }

  /** Only the one that serves is sent anything. */
  private static void idle(SlotFacts slot, String name, List<String> left) {
    if (slot.callsOpen() > 0) {
      left.add(name + " has " + slot.callsOpen() + " calls open");
    }
    if (slot.arena().leasesOut() > 0) {
      left.add(name + " has " + slot.arena().leasesOut() + " leases of its arena out");
    }
  }

  private static void booked(
      SlotFacts slot, WorkerAccount account, String name, List<String> left) {
    if (!account.models().keySet().equals(slot.models().keySet())) {
      left.add(
          "%s holds %s and its slot has booked %s"
              .formatted(
                  name,
                  new TreeSet<>(account.models().keySet()),
                  new TreeSet<>(slot.models().keySet())));
    }
  }

  private static String text(DeviceFacts device, LedgerView ledger) {
    String slots =
        device.slots().stream()
            .filter(slot -> slot.epoch() != 0)
            .map(
                slot ->
                    "epoch %d (process %d): %d calls open, %d leases out%s"
                        .formatted(
                            slot.epoch(),
                            slot.pid(),
                            slot.callsOpen(),
                            slot.arena().leasesOut(),
                            slot.account().map(EngineRemains::text).orElse("")))
            .collect(Collectors.joining(", "));
    return "%s: %s; %s"
        .formatted(
            device.id(),
            slots.isEmpty() ? "no worker" : slots,
            ledger == null
                ? "no ledger"
                : "%d of %d bytes reserved"
                    .formatted(ledger.reservedBytes(), ledger.budgetBytes()));
  }

  private static String text(WorkerAccount account) {
    return ", %d models and %d reservations of %d bytes by its own account"
        .formatted(
            account.models().size(), account.reservations().size(), account.accountedBytes());
  }
}
