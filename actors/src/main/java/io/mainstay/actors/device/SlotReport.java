package io.mainstay.actors.device;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.WorkerAccount;
import io.mainstay.actors.device.SlotEvent.Seat;
import io.mainstay.actors.device.worker.ArenaUse;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a slot and its worker say of the worker, in the words of those who compare the two. */
final class SlotReport {
  private SlotReport() {}

  /**
   * As the slot has it.
   *
   * @param worker null for none
   */
  static DeviceFacts.SlotFacts facts(
      Seat seat, Incarnation worker, ModelPlan plan, boolean up, boolean busy) {
    if (worker == null) {
      return new DeviceFacts.SlotFacts(
          seat.name(), 0, 0, false, false, false, Map.of(), 0, 0, DeviceFacts.ArenaFacts.NONE);
    }
    Map<String, Long> bytes = new HashMap<>();
    plan.loaded().forEach((model, loaded) -> bytes.put(model, loaded.memoryBytes()));
    WorkerControl control = worker.control();
    // Spans before calls: a call that ends between the two gives its spans back first.
    ArenaUse arena = control.arenaUse();
    return new DeviceFacts.SlotFacts(
        seat.name(),
        worker.epoch(),
        control.pid(),
        worker.identity() != null,
        up,
        busy,
        bytes,
        worker.residentBytes(),
        control.pendingCalls(),
        new DeviceFacts.ArenaFacts(arena.capacityBytes(), arena.leasesOut(), arena.leasesTaken()));
  }

  /** As the worker has it; empty if it did not say. */
  static Optional<WorkerAccount> account(CallOutcome<WorkerStateReport> outcome) {
    if (outcome instanceof CallOutcome.Done<WorkerStateReport> done) {
      WorkerStateReport report = done.value();
      Map<String, Long> models = new HashMap<>();
      report.models().forEach(model -> models.put(model.modelId(), model.bytes()));
      Map<String, Long> reservations = new HashMap<>();
      report.reservations().forEach(each -> reservations.put(each.transactionId(), each.bytes()));
      return Optional.of(
          new WorkerAccount(
              models,
              report.accountedBytes(),
              reservations,
              report.arenaSegments(),
              report.arenaBytes()));
    }
    return Optional.empty();
  }

  /** The models that the worker says it has, with what is known of their loading. */
  static Map<String, LoadedModel> models(WorkerStateReport report, ModelPlan plan) {
    Map<String, LoadedModel> has = new HashMap<>();
    for (WorkerStateReport.Model model : report.models()) {
      has.put(
          model.modelId(),
          plan.loaded()
              .getOrDefault(
                  model.modelId(), new LoadedModel(model.bytes(), Duration.ZERO, List.of())));
    }
    return has;
  }
}
