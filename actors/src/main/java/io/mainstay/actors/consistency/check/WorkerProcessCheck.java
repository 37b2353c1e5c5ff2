package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.consistency.check.SystemFacts.WorkerProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The processes that slots believe in against those that there are. */
final class WorkerProcessCheck implements ConsistencyCheck {
  @Override
  public CheckType type() {
    return CheckType.WORKER_PROCESS_SLOT_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    SystemFacts system = snapshot.system();
    Set<Long> ours = new HashSet<>();
    Set<Long> launching = new HashSet<>();
    for (DeviceFacts device : snapshot.devices()) {
      for (SlotFacts slot : device.slots()) {
        ours.add(slot.pid());
        if (slot.pid() == 0) {
          launching.add(slot.epoch());
        } else if (slot.greeted()) {
          compareSlot(device.id(), slot, system.worker(slot.pid()), found);
        }
      }
    }
    for (WorkerProcess worker : system.workers()) {
      boolean known = ours.contains(worker.pid());
      if (worker.hostPid() == system.hostPid()) {
        if (!known && !launching.contains(worker.epoch())) {
          found.add(stray(DivergenceKind.WORKER_WITHOUT_SLOT, worker, "no slot"));
        }
      } else if (!system.hosts().contains(worker.hostPid())) {
        found.add(stray(DivergenceKind.WORKER_WITHOUT_HOST, worker, worker.hostPid() + " is dead"));
      }
    }
    return found;
  }

  private static void compareSlot(
      String deviceId, SlotFacts slot, Optional<WorkerProcess> process, List<Divergence> found) {
    String stamp = "epoch " + slot.epoch();
    String subject = String.valueOf(slot.epoch());
    if (process.isEmpty()) {
      found.add(
          new Divergence(
              DivergenceKind.SLOT_WITHOUT_PROCESS,
              deviceId,
              subject,
              "none",
              String.valueOf(slot.pid()),
              stamp));
      return;
    }
    WorkerProcess worker = process.get();
    if (worker.group() != worker.pid()) {
      found.add(
          new Divergence(
              DivergenceKind.PROCESS_GROUP,
              deviceId,
              subject,
              String.valueOf(worker.group()),
              String.valueOf(slot.pid()),
              stamp));
    }
    if (worker.epoch() != slot.epoch() || !worker.deviceId().equals(deviceId)) {
      found.add(
          new Divergence(
              DivergenceKind.PROCESS_EPOCH,
              deviceId,
              subject,
              worker.deviceId() + " " + worker.epoch(),
              deviceId + " " + slot.epoch(),
              stamp));
    }
  }

  private static Divergence stray(DivergenceKind kind, WorkerProcess worker, String ownerValue) {
    return new Divergence(
        kind,
        worker.deviceId(),
        String.valueOf(worker.pid()),
        ownerValue,
        "running",
        String.valueOf(worker.startTicks()));
  }
}
