package io.mainstay.actors.consistency.check;

import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Each device has a ledger of its budget, and in it nothing that the device has no use for. */
final class DeviceMemoryCheck implements ConsistencyCheck {
  @Override
  public CheckType type() {
    return CheckType.DEVICE_MEMORY_ALLOCATION_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    for (DeviceFacts device : snapshot.devices()) {
      Optional<LedgerView> ledger =
          snapshot.ledgers().stream().filter(l -> l.deviceId().equals(device.id())).findFirst();
      if (ledger.isEmpty()) {
        found.add(
            new Divergence(
                DivergenceKind.LEDGER_MISSING,
                device.id(),
                device.id(),
                String.valueOf(device.budgetBytes()),
                "none",
                ""));
        continue;
      }
      if (ledger.get().budgetBytes() != device.budgetBytes()) {
        found.add(
            new Divergence(
                DivergenceKind.LEDGER_BUDGET,
                device.id(),
                device.id(),
                String.valueOf(device.budgetBytes()),
                String.valueOf(ledger.get().budgetBytes()),
                ""));
      }
      Set<String> used = modelsOf(snapshot, device);
      for (Reservation reservation : ledger.get().reservations()) {
        Optional<String> model = MemoryOwners.modelOf(reservation.owner());
        OptionalLong worker = MemoryOwners.workerOf(reservation.owner());
        // Other owners, such as transactions, answer for themselves.
        if (model.isPresent() && !used.contains(model.get())) {
          found.add(unused(DivergenceKind.RESERVATION_WITHOUT_MODEL, device.id(), reservation));
        } else if (worker.isPresent()
            && device.slots().stream().noneMatch(slot -> slot.epoch() == worker.getAsLong())) {
          found.add(unused(DivergenceKind.RESERVATION_WITHOUT_WORKER, device.id(), reservation));
        }
      }
    }
    return found;
  }

  private static Divergence unused(DivergenceKind kind, String deviceId, Reservation reservation) {
    return new Divergence(
        kind, deviceId, reservation.owner(), "0", String.valueOf(reservation.bytes()), "");
  }

  /** Whatever any slot has, the device wants, or is on its way. */
  private static Set<String> modelsOf(NodeSnapshot snapshot, DeviceFacts device) {
    Set<String> models = new HashSet<>(device.wanted());
    device.slots().forEach(slot -> models.addAll(slot.models().keySet()));
    for (ModelFacts.Residence residence : snapshot.models().residences()) {
      boolean coming =
          residence.state().equals("loading") || residence.state().equals("recovering");
      if (residence.deviceId().equals(device.id()) && coming) {
        models.add(residence.modelId());
      }
    }
    return models;
  }
}
