package io.mainstay.actors.recovery.action.device;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.now;
import static io.mainstay.actors.recovery.action.Workers.text;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.action.relief.RecoveryModes;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * No device was found, or none is left: they are looked for again, at once and then regularly, and
 * until they are there whatever CPU device serves does the work.
 */
public final class DiscoveryActions {
  private static final ModeKey CPU_ONLY =
      ModeKey.of(DegradationMode.DEVICE_ISOLATION, DegradationSubState.CPU_ONLY_OPERATION, "");

  private final ActionFloor floor;
  private final DeviceFloor devices;
  private final RecoveryModes modes;
  private final Rediscovery rediscovery;

  private DiscoveryActions(ActionFloor floor) {
    this.floor = floor;
    this.devices = new DeviceFloor(floor);
    this.modes = new RecoveryModes(floor);
    this.rediscovery = new Rediscovery(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    DiscoveryActions discovery = new DiscoveryActions(floor);
    actions
        .add("restart_device_discovery_service", discovery::restart)
        .add("fallback_to_cpu_only_mode", discovery::fallBack)
        .add("leave_cpu_only_mode", task -> discovery.modes.leave(task, CPU_ONLY))
        .add(
            "notify_reduced_functionality",
            new ReducedFunctionNotice(floor, discovery.devices)::tell)
        .add("schedule_periodic_rediscovery", discovery::schedule);
  }

  /** Every device without a worker is told once to start one; enough when all serve. */
  private CompletionStage<RecoveryStepOutcome> restart(Task task) {
    return devices
        .all()
        .thenCompose(
            before -> {
              devices.reconnect(before);
              return floor.await(
                  task,
                  () ->
                      devices
                          .all()
                          .thenApply(
                              all ->
                                  all.stream().allMatch(DeviceView::serves)
                                      ? Optional.of(
                                          new Done("all devices serve: " + text(all), true, ""))
                                      : Optional.empty()),
                  () -> "not all devices serve");
            });
  }

  /** Some CPU device serves and has told what it can; none is needed where all others serve. */
  private CompletionStage<RecoveryStepOutcome> fallBack(Task task) {
    return devices
        .all()
        .thenCompose(
            all -> {
              List<DeviceView> cpus =
                  all.stream().filter(DeviceView::onCpu).filter(DeviceView::serves).toList();
              if (cpus.isEmpty() && !all.isEmpty() && all.stream().allMatch(DeviceView::serves)) {
                return now(done("all devices serve, and none of them is a CPU: " + text(all)));
              }
              if (cpus.isEmpty()) {
                return now(
                    new RecoveryStepOutcome.Failed(
                        "no_cpu_device", "No CPU device serves: " + text(all)));
              }
              return modes
                  .enter(
                      task,
                      CPU_ONLY,
                      ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION,
                      "not all devices could be brought up")
                  .thenApply(
                      entered ->
                          entered instanceof Done done
                              ? done(done.evidence() + "; the work goes to " + text(cpus))
                              : entered);
            });
  }

  /** Until all serve they are looked for again; enough if at least one serves meanwhile. */
  private CompletionStage<RecoveryStepOutcome> schedule(Task task) {
    Duration interval = StepTimes.seconds(task, "interval_seconds");
    rediscovery.every(interval);
    return devices
        .all()
        .thenApply(
            all ->
                new Done(
                    "devices are looked for every "
                        + interval.toSeconds()
                        + " s until all serve: "
                        + text(all),
                    all.stream().anyMatch(DeviceView::serves),
                    ""));
  }
}
