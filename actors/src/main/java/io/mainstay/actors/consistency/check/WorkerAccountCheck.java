package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What the host's books say is in a worker, against the worker's own report: what is loaded in it,
 * it knows best. Workers that serve and are at rest; one that did not answer is left out.
 */
final class WorkerAccountCheck implements ConsistencyCheck {
  private final Tolerance tolerance;

  WorkerAccountCheck(Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  @Override
  public CheckType type() {
    return CheckType.WORKER_ACCOUNT_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    for (DeviceFacts device : snapshot.devices()) {
      device
          .settled()
          .ifPresent(
              slot -> slot.account().ifPresent(says -> compare(device.id(), slot, says, found)));
    }
    return found;
  }

  private void compare(
      String deviceId, SlotFacts slot, WorkerAccount says, List<Divergence> found) {
    String epoch = String.valueOf(slot.epoch());
    for (String model : new TreeSet<>(slot.models().keySet())) {
      if (!says.models().containsKey(model)) {
        found.add(
            new Divergence(
                DivergenceKind.MODEL_NOT_IN_WORKER, deviceId, model, "absent", "loaded", epoch));
      }
    }
    for (String model : new TreeSet<>(says.models().keySet())) {
      if (!slot.models().containsKey(model)) {
        found.add(
            new Divergence(
                DivergenceKind.MODEL_NOT_IN_BOOKS, deviceId, model, "loaded", "absent", epoch));
      }
    }
    // Only a worker without calls accounts for nothing but models and reservations.
    if (slot.callsOpen() == 0 && !tolerance.accepts(says.accountedBytes(), says.explainedBytes())) {
      found.add(
          new Divergence(
              DivergenceKind.WORKER_BYTES,
              deviceId,
              deviceId,
              String.valueOf(says.accountedBytes()),
              String.valueOf(says.explainedBytes()),
              epoch));
    }
    if (says.arenaBytes() != slot.arena().capacityBytes()) {
      found.add(
          new Divergence(
              DivergenceKind.ARENA_NOT_MAPPED,
              deviceId,
              deviceId,
              says.arenaBytes() + " bytes in " + says.arenaSegments() + " segments",
              slot.arena().capacityBytes() + " bytes",
              epoch));
    }
  }
}
