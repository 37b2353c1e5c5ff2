package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.relief.RecoveryModes;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.concurrent.CompletionStage;

/**
 * The node does with less: smaller batches and caches, fewer sessions at once, no large loads. The
 * modes end when memory is under no pressure any more.
 */
final class MemoryModes {
  private static final ModeKey CONSERVATION =
      ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);
  private static final ModeKey MEMORY =
      ModeKey.of(
          DegradationMode.PERFORMANCE_CONSERVATION_MODE,
          DegradationSubState.MEMORY_CONSERVATION_MODE,
          "");
  private static final ModeKey ISOLATION = ModeKey.of(DegradationMode.MEMORY_DOMAIN_ISOLATION);
  private static final ModeKey MINIMAL = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);

  private final RecoveryModes entered;

  private MemoryModes(ActionFloor floor) {
    this.entered = new RecoveryModes(floor);
  }

  static void add(RecoveryActions.Builder actions, ActionFloor floor, MemorySteps steps) {
    MemoryModes modes = new MemoryModes(floor);
    BatchWork batches = new BatchWork(floor);
    ModeTrigger warning = ModeTrigger.MEMORY_PRESSURE_WARNING;
    actions
        .add("reduce_batch_sizes", steps.step(modes.enter(MEMORY, warning)))
        .add("restore_batch_sizes", modes.leave(MEMORY))
        .add("enable_memory_conservation_mode", steps.step(modes.enter(MEMORY, warning)))
        .add("defer_non_critical_operations", steps.step(modes.enter(CONSERVATION, warning)))
        .add("pause_non_critical_operations", steps.step(modes.enter(CONSERVATION, warning)))
        .add("resume_non_critical_operations", modes.leave(CONSERVATION))
        .add(
            "abort_memory_intensive_operations",
            steps.step(
                task ->
                    modes
                        .enter(ISOLATION, ModeTrigger.MEMORY_CORRUPTION_OR_PRESSURE)
                        .perform(task)
                        .thenCompose(outcome -> batches.awaitRest(task, outcome))))
        .add(
            "enter_minimal_operation",
            steps.step(modes.enter(MINIMAL, ModeTrigger.SYSTEM_OUT_OF_MEMORY)))
        .add("leave_minimal_operation", modes.leave(MINIMAL));
  }

  private RecoveryAction enter(ModeKey key, ModeTrigger trigger) {
    return task ->
        entered.enter(
            task, key, trigger, task.plan().error() + " of " + task.subject() + ": " + name(task));
  }

  private static String name(Task task) {
    return task.plan().name() + ", step " + task.step().number();
  }

  private RecoveryAction leave(ModeKey key) {
    return task -> left(task, key);
  }

  private CompletionStage<RecoveryStepOutcome> left(Task task, ModeKey key) {
    return entered.leave(task, key);
  }
}
