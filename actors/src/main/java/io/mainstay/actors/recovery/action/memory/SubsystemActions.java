package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Workers begin anew, so that all that they had goes back to the machine; then their accounts of
 * memory are compared with the node's.
 */
final class SubsystemActions {
  private static final long NO_WORKER = -1;

  private final ActionFloor floor;
  private final MemoryGauge gauge;

  private SubsystemActions(ActionFloor floor, MemoryGauge gauge) {
    this.floor = floor;
    this.gauge = gauge;
  }

  /** Adds them; answers the restart. */
  static RecoveryAction add(
      RecoveryActions.Builder actions, ActionFloor floor, MemoryGauge gauge, MemorySteps steps) {
    SubsystemActions subsystem = new SubsystemActions(floor, gauge);
    RecoveryAction restart = steps.step(subsystem::restart);
    // However it ends, and where there was nothing to do: sessions that rested for it go on.
    actions.add(
        "restart_memory_subsystem",
        task ->
            restart
                .perform(task)
                .thenCompose(outcome -> RestActions.goOn(floor, task).thenApply(on -> outcome)));
    return subsystem::restart;
  }

  private CompletionStage<RecoveryStepOutcome> restart(Task task) {
    return gauge
        .read()
        .thenCompose(
            before -> {
              List<DeviceView> scope =
                  MemoryScope.of(task).devices(before).stream()
                      .filter(device -> Workers.isNamed(task, device) || !Workers.isGivenUp(device))
                      .toList();
              if (scope.isEmpty()) {
                return CompletableFuture.completedStage(
                    new RecoveryStepOutcome.Failed(
                        "no_worker_to_restart",
                        "The node has given up every device: " + Workers.text(before.devices())));
              }
              Map<String, Long> epochs = new TreeMap<>();
              scope.forEach(device -> epochs.put(device.id(), begin(task, device)));
              AtomicReference<String> last = new AtomicReference<>("nothing was measured");
              return floor.await(
                  task,
                  () -> gauge.read().thenCompose(now -> valid(task, epochs, before, now, last)),
                  () ->
                      "not all of "
                          + epochs.keySet()
                          + " serve anew with accounts that agree: "
                          + last.get());
            });
  }

  /** A worker is ended, or a device without one starts one; answers the last epoch before that. */
  private long begin(Task task, DeviceView device) {
    if (!Workers.hasWorker(device)) {
      floor.ports().device().tell(new DeviceCommand.Reconnect(device.id()));
      return NO_WORKER;
    }
    floor
        .ports()
        .device()
        .tell(
            new DeviceCommand.ReplaceWorker(
                device.id(), device.epoch(), task.plan().error(), task.cause()));
    return device.epoch();
  }

  private CompletionStage<Optional<RecoveryStepOutcome>> valid(
      Task task,
      Map<String, Long> epochs,
      MemoryFigures before,
      MemoryFigures now,
      AtomicReference<String> last) {
    List<DeviceView> anew =
        now.devices().stream().filter(device -> epochs.containsKey(device.id())).toList();
    last.set(Workers.text(anew));
    boolean serve =
        anew.size() == epochs.size()
            && anew.stream()
                .allMatch(device -> device.serves() && device.epoch() > epochs.get(device.id()));
    if (!serve) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    CompletionStage<List<String>> all = CompletableFuture.completedStage(List.<String>of());
    for (DeviceView device : anew) {
      all = all.thenCompose(differ -> compared(task, device, differ));
    }
    return all.thenApply(
        differ -> {
          last.set("accounts differ: " + differ);
          return differ.isEmpty()
              ? Optional.of(
                  new Done(
                      "workers began anew: %s; resident %d -> %d bytes"
                          .formatted(text(epochs, anew), before.resident(), now.resident())))
              : Optional.empty();
        });
  }

  private CompletionStage<List<String>> compared(
      Task task, DeviceView device, List<String> before) {
    return floor
        .<ModelCommand, Reconciled>askStatus(
            floor.ports().model(),
            replyTo -> new ModelCommand.Compare(device.id(), replyTo),
            task.step().limit())
        .thenApply(
            compared -> {
              List<String> all = new ArrayList<>(before);
              all.addAll(compared.remaining());
              return all;
            });
  }

  private static List<String> text(Map<String, Long> epochs, List<DeviceView> anew) {
    return anew.stream()
        .map(
            device ->
                "%s %s -> %d, worker %d"
                    .formatted(
                        device.id(),
                        epochs.get(device.id()) == NO_WORKER
                            ? "had no worker"
                            : "epoch " + epochs.get(device.id()),
                        device.epoch(),
                        device.pid()))
        .toList();
  }
}
