package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Workers.text;
import static io.mainstay.actors.recovery.action.device.DeviceFloor.done;
import static io.mainstay.actors.recovery.action.device.DeviceFloor.now;

import akka.Done;
import io.mainstay.actors.consistency.check.WorkFacts.SeatFacts;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.relief.ModeGrounds;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Another device takes the place of the one that failed: it gets what that one had, loaded anew and
 * compared, then all work is routed past the failed one at once, then it has to show that it
 * computes. When the failed one serves again meanwhile there is nothing to do.
 */
public final class FailoverActions {
  private static final String KIND = "text-embedding";
  private static final String PROBE_TEXT = "Does this device compute?";

  private final ActionFloor floor;
  private final DeviceFloor devices;
  private final FailedDevices failed;
  private final ModeGrounds grounds;

  private FailoverActions(ActionFloor floor, FailedDevices failed) {
    this.floor = floor;
    this.devices = new DeviceFloor(floor);
    this.failed = failed;
    this.grounds = new ModeGrounds(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor, FailedDevices failed) {
    FailoverActions failover = new FailoverActions(floor, failed);
    actions
        .add("identify_secondary_device", failover::identify)
        .add("migrate_device_allocations", failover::migrate)
        .add("update_device_routing", failover::route)
        .add("verify_device_functionality", failover::verify)
        .add("restore_primary_if_available", failover::restore);
  }

  private CompletionStage<RecoveryStepOutcome> identify(Task task) {
    return withSecondary(
        task,
        pair ->
            now(
                done(
                    "%s (score %d, %d bytes) takes the place of %s (%d bytes)"
                        .formatted(
                            pair.secondary().id(),
                            SecondaryDevice.score(pair.primary(), pair.secondary(), pair.models()),
                            pair.secondary().memoryBudgetBytes(),
                            pair.primary().id(),
                            pair.primary().memoryBudgetBytes()))));
  }

  /** What the primary had is loaded from its files, checksums and all, and both sides compared. */
  private CompletionStage<RecoveryStepOutcome> migrate(Task task) {
    return withSecondary(
        task,
        pair ->
            devices
                .load(pair.models(), pair.secondary().id(), task.step().limit())
                .thenCompose(
                    loads ->
                        loads.loaded().isEmpty() && !loads.failed().isEmpty()
                            ? now(new RecoveryStepOutcome.Failed("models_not_moved", loads.text()))
                            : awaitValid(task, pair.secondary().id(), loads.text())));
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

  /** From one moment on nothing new goes to the primary, whatever its worker does. */
  private CompletionStage<RecoveryStepOutcome> route(Task task) {
    return withSecondary(
        task,
        pair ->
            grounds
                .enter(
                    task,
                    failover(pair.primary().id()),
                    ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION,
                    "the work of " + pair.primary().id() + " goes to " + pair.secondary().id())
                .thenCompose(
                    entered ->
                        entered instanceof RecoveryStepOutcome.Done done
                            ? awaitRouted(task, pair, done.evidence())
                            : now(entered)));
  }

  private CompletionStage<RecoveryStepOutcome> awaitRouted(Task task, Pair pair, String entered) {
    return floor.await(
        task,
        () ->
            floor
                .ask(floor.ports().inference(), InferenceCommand.GetFacts::new)
                .thenApply(facts -> routed(pair, facts, entered)),
        () -> "the inference domain does not send work to " + pair.secondary().id());
  }

  private static Optional<RecoveryStepOutcome> routed(
      Pair pair, InferenceCommand.Facts facts, String entered) {
    Optional<SeatFacts> seat =
        facts.seats().stream()
            .filter(known -> known.deviceId().equals(pair.secondary().id()))
            .filter(known -> known.standing().equals("up"))
            .findFirst();
    return seat.map(
        known ->
            done(
                "work goes to %s, epoch %d, which has %s; %s"
                    .formatted(known.deviceId(), known.epoch(), known.models(), entered)));
  }

  /** It gives memory, and computes. */
  private CompletionStage<RecoveryStepOutcome> verify(Task task) {
    return withSecondary(
        task,
        pair -> {
          String deviceId = pair.secondary().id();
          long bytes = Long.parseLong(task.parameter("allocation_bytes"));
          String owner = "recovery:" + task.recoveryId();
          return floor
              .<MemoryCommand, MemoryCommand.Reservation>askStatus(
                  floor.ports().memory(),
                  replyTo -> new MemoryCommand.Reserve(deviceId, owner, bytes, replyTo),
                  task.step().limit())
              .thenCompose(
                  reserved ->
                      floor.<MemoryCommand, Done>ask(
                          floor.ports().memory(),
                          replyTo -> new MemoryCommand.Release(deviceId, owner, replyTo)))
              .thenCompose(
                  released ->
                      compute(task, pair)
                          .thenApply(
                              computed ->
                                  done(
                                      "%d bytes of %s reserved and given back; %s"
                                          .formatted(bytes, deviceId, computed))));
        });
  }

  /** Some model of it computes; without one its worker has told its capabilities. */
  private CompletionStage<String> compute(Task task, Pair pair) {
    return floor
        .ask(floor.ports().model(), ModelCommand.ListModels::new)
        .thenCompose(
            models -> {
              Optional<ModelView> model =
                  models.models().stream()
                      .filter(known -> known.kind().equals(KIND))
                      .filter(known -> known.devices().contains(pair.secondary().id()))
                      .findFirst();
              if (model.isEmpty()) {
                return CompletableFuture.completedStage(
                    "no model for a computation is loaded; its worker answers: "
                        + text(Set.of(pair.secondary())));
              }
              return floor
                  .<InferenceCommand, InferenceCommand.Embedded>askStatus(
                      floor.ports().inference(),
                      replyTo ->
                          new InferenceCommand.Embed(
                              model.get().id(), PROBE_TEXT, task.step().limit(), replyTo),
                      task.step().limit())
                  .thenApply(
                      computed ->
                          "%s computed %d numbers on %s, epoch %d, in %d us"
                              .formatted(
                                  model.get().id(),
                                  computed.embedding().size(),
                                  computed.device(),
                                  computed.epoch(),
                                  computed.computeMicros()));
            });
  }

  /** The primary takes its work back if it can be had; if not, it stays without. */
  private CompletionStage<RecoveryStepOutcome> restore(Task task) {
    return devices
        .look(task)
        .thenCompose(
            seen -> {
              seen.down()
                  .forEach(
                      device ->
                          floor.ports().device().tell(new DeviceCommand.Reconnect(device.id())));
              return seen.named().isEmpty()
                  ? now(done("there is no such device"))
                  : grounds
                      .leave(task, failover(seen.named().get(0).id()))
                      .thenApply(left -> done("asked to start again: " + text(seen.down())));
            });
  }

  private static ModeKey failover(String deviceId) {
    return ModeKey.of(
        DegradationMode.DEVICE_ISOLATION, DegradationSubState.FAILOVER_MODE, deviceId);
  }

  /** Who failed, who stands in, and what was loaded there. */
  private record Pair(DeviceView primary, DeviceView secondary, Set<String> models) {}

  private CompletionStage<RecoveryStepOutcome> withSecondary(
      Task task, Function<Pair, CompletionStage<RecoveryStepOutcome>> then) {
    double leastShare = Double.parseDouble(task.parameter("least_memory_share"));
    return devices
        .look(task)
        .thenCompose(
            seen -> {
              if (seen.down().isEmpty()) {
                return backAgain(task, seen);
              }
              DeviceView primary = seen.down().get(0);
              Set<String> models = failed.of(primary.id());
              return SecondaryDevice.choose(primary, seen.all(), leastShare, models)
                  .map(secondary -> then.apply(new Pair(primary, secondary, models)))
                  .orElseGet(
                      () ->
                          now(
                              new RecoveryStepOutcome.Failed(
                                  "no_secondary_device",
                                  "No other device serves with %.0f %% of %d bytes: %s"
                                      .formatted(
                                          100 * leastShare,
                                          primary.memoryBudgetBytes(),
                                          text(seen.all())))));
            });
  }

  /** It has what it had. */
  private CompletionStage<RecoveryStepOutcome> backAgain(Task task, DeviceFloor.Seen seen) {
    CompletionStage<RecoveryStepOutcome> all =
        now(done("no device is down any more: " + text(seen.named())));
    for (DeviceView device : seen.named()) {
      Set<String> models = failed.back(device.id());
      if (!models.isEmpty()) {
        all =
            devices
                .load(models, device.id(), task.step().limit())
                .thenApply(loads -> done(device.id() + " serves again; " + loads.text()));
      }
    }
    return all;
  }
}
