package io.mainstay.actors.consistency.check;

import java.util.ArrayList;
import java.util.List;

/** What workers said they have in memory against what the kernel counts, and against the budget. */
final class ResidentMemoryCheck implements ConsistencyCheck {
  private final Tolerance tolerance;

  ResidentMemoryCheck(Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  @Override
  public CheckType type() {
    return CheckType.WORKER_RESIDENT_MEMORY_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    for (DeviceFacts device : snapshot.devices()) {
      for (DeviceFacts.SlotFacts slot : device.slots()) {
        if (slot.greeted() && !slot.busy()) {
          snapshot
              .system()
              .worker(slot.pid())
              .ifPresent(worker -> compare(device, slot, worker.residentBytes(), found));
        }
      }
    }
    return found;
  }

  private void compare(
      DeviceFacts device, DeviceFacts.SlotFacts slot, long counted, List<Divergence> found) {
    String stamp = "epoch " + slot.epoch();
    String subject = String.valueOf(slot.pid());
    if (slot.residentBytes() > 0
        && !tolerance.accepts(slot.residentBytes(), counted)
        && Math.abs(slot.residentBytes() - counted) > slot.arena().capacityBytes()) {
      found.add(
          new Divergence(
              DivergenceKind.RESIDENT_BYTES,
              device.id(),
              subject,
              String.valueOf(counted),
              String.valueOf(slot.residentBytes()),
              stamp));
    }
    long most = device.budgetBytes() + slot.arena().capacityBytes() + tolerance.overheadBytes();
    if (counted > most) {
      found.add(
          new Divergence(
              DivergenceKind.RESIDENT_ABOVE_BUDGET,
              device.id(),
              subject,
              String.valueOf(most),
              String.valueOf(counted),
              stamp));
    }
  }
}
