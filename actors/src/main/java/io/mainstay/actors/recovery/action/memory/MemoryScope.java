package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.List;

/**
 * Which memory a recovery is about. Pure. A worker that the kernel ended for want of memory names
 * its device, and the machine's memory is what was short.
 *
 * @param subject place of the fault
 * @param machine whether it is the machine's, whatever the place is
 */
public record MemoryScope(String subject, boolean machine) {
  /** Of a recovery. */
  public static MemoryScope of(Task task) {
    return new MemoryScope(
        task.subject(), task.plan().error().equals(ErrorNames.SYSTEM_OUT_OF_MEMORY.code()));
  }

  /** Share in use, 0 to 1. */
  public double share(MemoryFigures figures) {
    double named = figures.share(subject);
    return machine ? Math.max(named, figures.machineShare()) : named;
  }

  /** The device whose ledger it is; empty for all. */
  String device(MemoryFigures figures) {
    return machine
        ? ""
        : figures
            .ledger(subject)
            .map(LedgerView::deviceId)
            .filter(id -> figures.devices().stream().anyMatch(device -> device.id().equals(id)))
            .orElse("");
  }

  /** The devices whose workers use it. */
  List<DeviceView> devices(MemoryFigures figures) {
    String one = device(figures);
    return figures.devices().stream()
        .filter(device -> one.isEmpty() || device.id().equals(one))
        .toList();
  }
}
