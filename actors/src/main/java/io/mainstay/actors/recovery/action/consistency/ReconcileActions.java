package io.mainstay.actors.recovery.action.consistency;

import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Parts of the node that disagree are brought into line: the monitor of consistency repairs what it
 * finds, and where node and worker still differ about a device the worker is right.
 */
public final class ReconcileActions {
  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;

  private ReconcileActions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    ReconcileActions reconcile = new ReconcileActions(floor);
    actions
        .add("compare_states", reconcile::compare)
        .add("repair_divergences", reconcile::repair)
        .add("take_worker_as_source_of_truth", reconcile::takeWorkers)
        .add("verify_consistency", reconcile::repair);
  }

  /** One look now, and the one that confirms it. */
  private CompletionStage<RecoveryStepOutcome> compare(Task task) {
    return floor.await(
        task,
        () -> look().thenApply(view -> Optional.of(new RecoveryStepOutcome.Done(text(view)))),
        () -> "the monitor of consistency did not answer");
  }

  /** Until the monitor finds nothing more and repairs nothing. */
  private CompletionStage<RecoveryStepOutcome> repair(Task task) {
    return floor.await(
        task,
        () ->
            look()
                .thenApply(
                    view ->
                        open(view) == 0 && !view.repairing() && view.looks() > 0
                            ? Optional.of(new RecoveryStepOutcome.Done(text(view)))
                            : Optional.empty()),
        () -> "divergences are left");
  }

  private CompletionStage<ConsistencyView> look() {
    return floor.ask(floor.ports().consistency(), ConsistencyMonitor.CheckNow::new);
  }

  private static int open(ConsistencyView view) {
    return view.consistencyChecks().stream().mapToInt(ConsistencyView.Check::divergences).sum();
  }

  private static String text(ConsistencyView view) {
    return "score %s, %d divergences open, %d found and %d repaired since the start%s"
        .formatted(
            view.overallConsistencyScore(),
            open(view),
            view.divergencesFound(),
            view.divergencesRepaired(),
            view.consistencyChecks().stream()
                .filter(check -> check.divergences() > 0)
                .map(check -> "; " + check.checkType() + ": " + check.divergences())
                .collect(Collectors.joining()));
  }

  /** Device after device: compared, and reconciled where both sides differ. */
  private CompletionStage<RecoveryStepOutcome> takeWorkers(Task task) {
    return questions
        .devices()
        .thenCompose(
            all ->
                AtATime.one(
                    all.stream().filter(DeviceView::serves).toList(),
                    device -> reconciled(task, device.id())))
        .thenApply(ReconcileActions::judged);
  }

  private CompletionStage<Reconciled> reconciled(Task task, String deviceId) {
    return models
        .<Reconciled>model(
            replyTo -> new ModelCommand.Compare(deviceId, replyTo), task.step().limit())
        .thenCompose(
            compared ->
                compared.agree()
                    ? CompletableFuture.completedStage(compared)
                    : models.reconcile(deviceId, task.step().limit()));
  }

  private static RecoveryStepOutcome judged(List<Reconciled> devices) {
    List<String> remaining =
        devices.stream().flatMap(device -> device.remaining().stream()).toList();
    String text =
        devices.stream()
            .map(
                device ->
                    "%s: %d compared, %d differed%s"
                        .formatted(
                            device.deviceId(),
                            device.compared(),
                            device.differences().size(),
                            device.differences().isEmpty()
                                ? ""
                                : " ("
                                    + device.differences().stream()
                                        .map(Reconciled.Difference::text)
                                        .collect(Collectors.joining("; "))
                                    + ")"))
            .collect(Collectors.joining("; "));
    return remaining.isEmpty()
        ? new RecoveryStepOutcome.Done(text)
        : new RecoveryStepOutcome.Failed("divergence_remains", String.join("; ", remaining));
  }
}
