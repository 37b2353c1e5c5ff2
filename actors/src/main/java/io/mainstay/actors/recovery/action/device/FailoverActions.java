package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.now;
import static io.mainstay.actors.recovery.action.Workers.text;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.InTurn;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Another device takes the place of each one that failed: it gets what that one had, loaded anew
 * and compared, then all work is routed past the failed one at once, then it has to show that it
 * computes. When the failed one serves again meanwhile there is nothing to do.
 */
public final class FailoverActions {
  private final ActionFloor floor;
  private final DeviceFloor devices;
  private final FailedDevices failed;
  private final DeviceMoves moves;
  private final DeviceRouting routing;
  private final DeviceProof proof;
  private final DeviceMerits merits;
  private final PrimaryReturn returns;

  private FailoverActions(ActionFloor floor, FailedDevices failed) {
    this.floor = floor;
    this.merits = DeviceMerits.of(floor.around().config());
    this.devices = new DeviceFloor(floor);
    this.failed = failed;
    this.moves = new DeviceMoves(devices, failed);
    this.routing = new DeviceRouting(floor);
    this.proof = new DeviceProof(floor);
    this.returns = new PrimaryReturn(floor, devices, failed, routing);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor, FailedDevices failed) {
    FailoverActions failover = new FailoverActions(floor, failed);
    actions
        .add("identify_secondary_device", failover::identify)
        .add("migrate_device_allocations", failover::migrate)
        .add("update_device_routing", failover::route)
        .add("verify_device_functionality", failover::verify)
        .add("restore_primary_if_available", failover.returns::restore);
  }

  private CompletionStage<RecoveryStepOutcome> identify(Task task) {
    return eachPair(
        task,
        pair ->
            now(
                done(
                    "%s (score %d, %d bytes) takes the place of %s (%d bytes)"
                        .formatted(
                            pair.secondary().id(),
                            merits.score(pair.primary(), pair.secondary(), pair.models()),
                            pair.secondary().memoryBudgetBytes(),
                            pair.primary().id(),
                            pair.primary().memoryBudgetBytes()))));
  }

  /** What the primary had is loaded from its files, checksums and all, and both sides compared. */
  private CompletionStage<RecoveryStepOutcome> migrate(Task task) {
    return eachPair(
        task,
        pair ->
            moves
                .move(task, pair.primary(), pair.secondary())
                .thenCompose(
                    moved ->
                        moved instanceof RecoveryStepOutcome.Done done
                            ? awaitValid(task, pair.secondary().id(), done.evidence())
                            : now(moved)));
  }

  /** The node's account of the device is its worker's. */
  private CompletionStage<RecoveryStepOutcome> awaitValid(
      Task task, String deviceId, String moved) {
    return floor.await(
        task,
        () ->
            floor
                .<ModelCommand, Reconciled>askStatus(
                    floor.ports().model(),
                    replyTo -> new ModelCommand.Compare(deviceId, replyTo),
                    task.step().limit())
                .thenApply(
                    compared ->
                        compared.agree()
                            ? Optional.of(
                                done(
                                    "%s; %d models and reservations of %s compared, all agree"
                                        .formatted(moved, compared.compared(), deviceId)))
                            : Optional.empty()),
        () -> "node and worker do not agree on what " + deviceId + " has");
  }

  private CompletionStage<RecoveryStepOutcome> route(Task task) {
    return eachPair(task, pair -> routing.past(task, pair.primary(), pair.secondary()));
  }

  /** It gives memory, and computes. */
  private CompletionStage<RecoveryStepOutcome> verify(Task task) {
    long bytes = Long.parseLong(task.parameter("allocation_bytes"));
    return eachPair(task, pair -> proof.of(task, pair.secondary(), bytes));
  }

  /** Who failed, who stands in, and what was loaded there. */
  private record Pair(DeviceView primary, DeviceView secondary, Set<String> models) {}

  private CompletionStage<RecoveryStepOutcome> eachPair(
      Task task, Function<Pair, CompletionStage<RecoveryStepOutcome>> then) {
    double leastShare = Double.parseDouble(task.parameter("least_memory_share"));
    return devices
        .look(task)
        .thenCompose(
            seen ->
                seen.down().isEmpty()
                    ? returns.backAgain(seen, task)
                    : InTurn.each(
                        seen.down(),
                        primary -> withSecondary(seen, primary, leastShare, then),
                        ""));
  }

  private CompletionStage<RecoveryStepOutcome> withSecondary(
      DeviceFloor.Seen seen,
      DeviceView primary,
      double leastShare,
      Function<Pair, CompletionStage<RecoveryStepOutcome>> then) {
    Set<String> models = failed.of(primary.id());
    return SecondaryDevice.choose(merits, primary, seen.all(), leastShare, models)
        .map(secondary -> then.apply(new Pair(primary, secondary, models)))
        .orElseGet(
            () ->
                now(
                    new RecoveryStepOutcome.Failed(
                        "no_secondary_device",
                        "No other device serves with %.0f %% of %d bytes: %s"
                            .formatted(
                                100 * leastShare, primary.memoryBudgetBytes(), text(seen.all())))));
  }
}
