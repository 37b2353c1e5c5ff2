package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.actors.processing.pause.PauseCommand;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.persistence.journal.JournalReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The node at a glance, its dead letters, and its end. */
final class NodeDesk implements Desk {
  private final Asking asking;
  private final GatewaySettings settings;
  private final GatewayFloor.Identity identity;
  private final Intake intake;
  private final ActorRef<DeviceCommand> device;
  private final ActorRef<ProcessingCommand> processing;
  private final ActorRef<AlertCommand> alerts;
  private final ActorRef<OutageCommand> outages;
  private final ActorRef<PauseCommand> pauses;
  private final ActorRef<ConsistencyMonitor.Command> consistency;
  private final Supplier<JournalReader> journal;
  private final NodePhase phase;
  private final Executor blocking;
  private final Runnable stopNode;

  /**
   * @param journal opens a reader for one request
   * @param blocking where the disk is waited for
   */
  NodeDesk(
      Asking asking,
      GatewaySettings settings,
      GatewayFloor.Identity identity,
      Intake intake,
      ActorRef<DeviceCommand> device,
      ActorRef<ProcessingCommand> processing,
      ActorRef<AlertCommand> alerts,
      ActorRef<OutageCommand> outages,
      ActorRef<PauseCommand> pauses,
      ActorRef<ConsistencyMonitor.Command> consistency,
      Supplier<JournalReader> journal,
      NodePhase phase,
      Executor blocking,
      Runnable stopNode) {
    this.asking = asking;
    this.settings = settings;
    this.identity = identity;
    this.intake = intake;
    this.device = device;
    this.processing = processing;
    this.alerts = alerts;
    this.outages = outages;
    this.pauses = pauses;
    this.consistency = consistency;
    this.journal = journal;
    this.phase = phase;
    this.blocking = blocking;
    this.stopNode = stopNode;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.GetStatus.class, this::status);
    desks.on(GatewayRequest.ListDeadLetters.class, this::deadLetters);
    desks.on(GatewayRequest.StopNode.class, this::stop);
  }

  private CompletionStage<GatewayReply> status(GatewayRequest.GetStatus ask) {
    var devices =
        asking.<DeviceCommand, DeviceCommand.DeviceList>ask(device, DeviceCommand.ListDevices::new);
    var load =
        asking.<ProcessingCommand, ProcessingCommand.Load>ask(
            processing, ProcessingCommand.GetLoad::new);
    // A monitor that does not answer is no reason to say nothing of the node.
    CompletionStage<ConsistencyView> consistent =
        asking
            .<ConsistencyMonitor.Command, ConsistencyView>ask(
                consistency, ConsistencyMonitor.Get::new)
            .exceptionally(silent -> ConsistencyView.UNKNOWN);
    return devices
        .thenCombine(
            load, (deviceList, now) -> new Seen(deviceList.devices(), now, 0, "", null, null, null))
        .thenCombine(
            asking.<ProcessingCommand, CheckpointMeter.Figures>ask(
                processing, ProcessingCommand.GetCheckpointFigures::new),
            Seen::with)
        .thenCombine(openAlerts(), Seen::with)
        .thenCombine(mode(), Seen::with)
        .thenCombine(consistent, Seen::with)
        .thenCombine(
            asking.<PauseCommand, PauseCommand.Pauses>ask(pauses, PauseCommand.Get::new),
            Seen::with)
        .thenCombine(letters(), (seen, letters) -> statusOf(seen, letters.size()));
  }

  private record Seen(
      List<DeviceView> devices,
      ProcessingCommand.Load load,
      int openAlerts,
      String mode,
      ConsistencyView consistency,
      CheckpointMeter.Figures checkpoints,
      PauseCommand.Pauses pauses) {
    Seen with(Integer open) {
      return new Seen(devices, load, open, mode, consistency, checkpoints, pauses);
    }

    Seen with(String now) {
      return new Seen(devices, load, openAlerts, now, consistency, checkpoints, pauses);
    }

    Seen with(ConsistencyView view) {
      return new Seen(devices, load, openAlerts, mode, view, checkpoints, pauses);
    }

    Seen with(CheckpointMeter.Figures figures) {
      return new Seen(devices, load, openAlerts, mode, consistency, figures, pauses);
    }

    Seen with(PauseCommand.Pauses resting) {
      return new Seen(devices, load, openAlerts, mode, consistency, checkpoints, resting);
    }
  }

  private CompletionStage<String> mode() {
    return asking
        .<OutageCommand, OutageCommand.Outages>ask(outages, OutageCommand.Get::new)
        .thenApply(OutageCommand.Outages::mode)
        .thenApply(outage -> ModeDesk.statusText(InForce.on(asking.system()), outage));
  }

  private CompletionStage<Integer> openAlerts() {
    return asking
        .<AlertCommand, AlertCommand.Page>ask(
            alerts, replyTo -> new AlertCommand.ListAlerts(true, 0, 0, replyTo))
        .thenApply(AlertCommand.Page::open);
  }

  private GatewayReply statusOf(Seen seen, int letters) {
    int serving = (int) seen.devices().stream().filter(d -> d.serves()).count();
    var paused = intake.paused();
    boolean whole =
        serving == seen.devices().size() && paused.isEmpty() && InForce.on(asking.system()).none();
    return new GatewayReply.Status(
        identity.node(),
        identity.version(),
        state(whole),
        seen.mode(),
        paused.map(pause -> "paused: " + pause.reason()).orElse("open"),
        identity.startedAt(),
        identity.pid(),
        serving,
        seen.devices().size(),
        seen.load().open(),
        seen.load().known(),
        seen.devices().stream().mapToInt(DeviceView::restarts).sum(),
        letters,
        seen.openAlerts(),
        seen.consistency(),
        seen.checkpoints(),
        ReplyBytes.fitting(seen.pauses().pauses()));
  }

  private String state(boolean whole) {
    return switch (phase.now()) {
      case STARTING -> "starting";
      case STOPPING -> "stopping";
      case READY -> whole ? "ready" : "degraded";
    };
  }

  private CompletionStage<GatewayReply> deadLetters(GatewayRequest.ListDeadLetters ask) {
    int limit = Math.max(1, Math.min(ask.limit(), settings.listMax()));
    return letters()
        .thenApply(
            all ->
                new GatewayReply.DeadLetters(
                    ReplyBytes.fitting(all.stream().limit(limit).toList()), all.size()));
  }

  private CompletionStage<List<GatewayReply.DeadLetterView>> letters() {
    return CompletableFuture.supplyAsync(
        () -> {
          try (JournalReader reader = journal.get()) {
            return StoredLetters.read(reader, identity.node());
          }
        },
        blocking);
  }

  private CompletionStage<GatewayReply> stop(GatewayRequest.StopNode ask) {
    stopNode.run();
    return Desks.now(new GatewayReply.Stopping());
  }
}
