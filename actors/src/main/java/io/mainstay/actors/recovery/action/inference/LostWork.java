package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.action.device.FailedDevices;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * What is without its engine, as a step of a recovery sees it.
 *
 * @param lost devices that the subject names and that do not serve, or all that do not serve
 * @param others that serve, those with the most free memory first
 * @param models that were on the lost ones, or were to be, or that the fault names
 */
record LostWork(List<DeviceView> lost, List<DeviceView> others, Set<String> models) {
  /** Asks the domains. */
  static CompletionStage<LostWork> of(ActionFloor floor, FailedDevices failed, Task task) {
    Questions questions = new Questions(floor);
    return questions
        .devices()
        .thenCombine(questions.models(), Seen::new)
        .thenCombine(
            questions.ledgers().exceptionally(silent -> List.of()),
            (seen, ledgers) -> of(task, seen.devices(), failed, seen.models(), ledgers));
  }

  private record Seen(List<DeviceView> devices, List<ModelView> models) {}

  private static LostWork of(
      Task task,
      List<DeviceView> all,
      FailedDevices failed,
      List<ModelView> models,
      List<LedgerView> ledgers) {
    List<DeviceView> lost =
        all.stream().filter(device -> !device.serves() || Workers.isNamed(task, device)).toList();
    List<DeviceView> others =
        ServingDevices.of(all, ledgers, models).mostFreeFirst().stream()
            .filter(device -> !lost.contains(device))
            .toList();
    return new LostWork(lost, others, modelsOf(task, lost, failed, models));
  }

  private static Set<String> modelsOf(
      Task task, List<DeviceView> lost, FailedDevices failed, List<ModelView> models) {
    Set<String> ids = lost.stream().map(DeviceView::id).collect(Collectors.toSet());
    Set<String> wanted = new TreeSet<>();
    Subjects.named(task.subject(), models).map(ModelView::id).ifPresent(wanted::add);
    lost.forEach(device -> wanted.addAll(device.models()));
    ids.forEach(id -> wanted.addAll(failed.of(id)));
    models.stream()
        .filter(model -> model.devices().stream().anyMatch(ids::contains))
        .forEach(model -> wanted.add(model.id()));
    wanted.remove("builtin");
    return wanted;
  }

  Set<String> lostIds() {
    return lost.stream().map(DeviceView::id).collect(Collectors.toSet());
  }
}
