package io.mainstay.actors.recovery.action.platform;

import static io.mainstay.actors.recovery.action.ServiceSubjects.ofTheNode;

import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Channel by channel, from the ground up: the journal's database, the workers, each domain, the
 * services outside; then whether all of them agree. A channel that does not answer is asked again,
 * with growing pauses.
 */
public final class ReconnectionActions {
  private final ActionFloor floor;
  private final Attempts attempts;
  private final Workers workers;

  private ReconnectionActions(ActionFloor floor) {
    this.floor = floor;
    this.attempts = new Attempts(floor.system());
    this.workers = new Workers(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    ReconnectionActions reconnection = new ReconnectionActions(floor);
    actions
        .add("probe_journal_database", ofTheNode(reconnection::probeDatabase))
        .add("reconnect_workers", ofTheNode(reconnection::reconnectWorkers))
        .add("reconnect_channel", ofTheNode(new DomainChannels(floor)::reconnect))
        .add("reconnect_service", new ServiceActions(floor)::reconnect)
        .add("check_consistency", ofTheNode(reconnection::checkConsistency));
  }

  /** It takes a write, and new work is accepted. */
  private CompletionStage<RecoveryStepOutcome> probeDatabase(Task task) {
    return attempts.until(
        task,
        "the journal's database takes a write",
        () ->
            floor.blocking(
                () -> {
                  long begun = System.nanoTime();
                  floor.around().database().probeWrite();
                  long micros = (System.nanoTime() - begun) / 1_000;
                  floor
                      .around()
                      .intake()
                      .paused()
                      .ifPresent(
                          pause -> {
                            throw new NotYet("intake is paused: " + pause.reason());
                          });
                  return "a probe was written in " + micros + " us; intake is open";
                }));
  }

  /** A device that waits before it starts a worker starts it now; each has one that serves. */
  private CompletionStage<RecoveryStepOutcome> reconnectWorkers(Task task) {
    return attempts.until(
        task,
        "a worker serves each device, and none is out of reach",
        () ->
            workers
                .of(task)
                .thenCombine(
                    floor.ask(floor.ports().outages(), OutageCommand.Get::new), this::connected));
  }

  private String connected(List<DeviceView> devices, OutageCommand.Outages outages) {
    for (DeviceView device : devices) {
      if (!device.serves()) {
        floor.ports().device().tell(new DeviceCommand.Reconnect(device.id()));
      }
    }
    String states = Workers.text(devices);
    if (!Workers.allServe(devices)) {
      throw new NotYet(states);
    }
    List<String> away =
        outages.outages().stream()
            .filter(outage -> devices.stream().anyMatch(one -> one.id().equals(outage.deviceId())))
            .map(outage -> outage.deviceId() + " " + outage.phase())
            .toList();
    if (!away.isEmpty()) {
      throw new NotYet("still out of reach: " + String.join(", ", away));
    }
    return states;
  }

  /** The parts of the node agree, or were made to. */
  private CompletionStage<RecoveryStepOutcome> checkConsistency(Task task) {
    return attempts.until(
        task,
        "the parts of the node agree",
        () ->
            floor
                .<ConsistencyMonitor.Command, ConsistencyView>ask(
                    floor.ports().consistency(),
                    ConsistencyMonitor.CheckNow::new,
                    task.step().limit())
                .thenApply(ReconnectionActions::agreeing));
  }

  private static String agreeing(ConsistencyView seen) {
    int divergences =
        seen.consistencyChecks().stream().mapToInt(ConsistencyView.Check::divergences).sum();
    String text =
        "%d checks, score %.3f, %d divergences now; %d found and %d repaired since the start"
            .formatted(
                seen.consistencyChecks().size(),
                seen.overallConsistencyScore(),
                divergences,
                seen.divergencesFound(),
                seen.divergencesRepaired());
    if (seen.repairing() || divergences > 0) {
      throw new NotYet(text);
    }
    return text;
  }
}
