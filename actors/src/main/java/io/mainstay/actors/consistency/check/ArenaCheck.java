package io.mainstay.actors.consistency.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Spans that are taken against calls in flight, and mapped memory against incarnations. */
final class ArenaCheck implements ConsistencyCheck {
  @Override
  public CheckType type() {
    return CheckType.ARENA_ALLOCATION_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    Set<SystemFacts.ArenaName> living = new HashSet<>();
    for (DeviceFacts device : snapshot.devices()) {
      for (DeviceFacts.SlotFacts slot : device.slots()) {
        living.add(
            new SystemFacts.ArenaName(snapshot.system().hostPid(), device.id(), slot.epoch()));
        if (slot.callsOpen() == 0 && slot.arena().leasesOut() > 0) {
          found.add(
              new Divergence(
                  DivergenceKind.LEASES_WITHOUT_CALL,
                  device.id(),
                  String.valueOf(slot.epoch()),
                  "0",
                  String.valueOf(slot.arena().leasesOut()),
                  // A call that is being put together takes spans before it counts.
                  String.valueOf(slot.arena().leasesTaken())));
        }
      }
    }
    snapshot.system().mappings().stream()
        .filter(name -> name.hostPid() == snapshot.system().hostPid() && !living.contains(name))
        .map(ArenaCheck::orphan)
        .forEach(found::add);
    return found;
  }

  private static Divergence orphan(SystemFacts.ArenaName name) {
    return new Divergence(
        DivergenceKind.MAPPING_WITHOUT_WORKER,
        name.deviceId(),
        String.valueOf(name.epoch()),
        "no worker",
        "mapped",
        "");
  }
}
