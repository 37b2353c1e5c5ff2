package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.persistence.history.DeadLetterEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.session.SessionView;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The node at a glance, its dead letters, and its end. */
final class NodeDesk implements Desk {
  private final Asking asking;
  private final GatewaySettings settings;
  private final GatewayFloor.Identity identity;
  private final Intake intake;
  private final ActorRef<DeviceCommand> device;
  private final ActorRef<ProcessingCommand> processing;
  private final ActorRef<HistoryLog.Command<DeadLetterEvent>> deadLetters;
  private final Runnable stopNode;

  NodeDesk(
      Asking asking,
      GatewaySettings settings,
      GatewayFloor.Identity identity,
      Intake intake,
      ActorRef<DeviceCommand> device,
      ActorRef<ProcessingCommand> processing,
      ActorRef<HistoryLog.Command<DeadLetterEvent>> deadLetters,
      Runnable stopNode) {
    this.asking = asking;
    this.settings = settings;
    this.identity = identity;
    this.intake = intake;
    this.device = device;
    this.processing = processing;
    this.deadLetters = deadLetters;
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
    var sessions =
        asking.<ProcessingCommand, ProcessingCommand.SessionList>ask(
            processing, replyTo -> new ProcessingCommand.ListSessions(settings.listMax(), replyTo));
    var letters = recentLetters(settings.listMax());
    return devices
        .thenCombine(
            sessions,
            (deviceList, sessionList) -> new Seen(deviceList.devices(), sessionList.sessions()))
        .thenCombine(letters, this::statusOf);
  }

  private record Seen(List<DeviceView> devices, List<SessionView> sessions) {}

  private GatewayReply statusOf(Seen seen, List<GatewayReply.DeadLetterView> letters) {
    int serving = (int) seen.devices().stream().filter(d -> d.state().equals("serving")).count();
    var paused = intake.paused();
    boolean whole = serving == seen.devices().size() && paused.isEmpty();
    return new GatewayReply.Status(
        identity.node(),
        identity.version(),
        whole ? "ready" : "degraded",
        "normal",
        paused.map(pause -> "paused: " + pause.reason()).orElse("open"),
        identity.startedAt(),
        identity.pid(),
        serving,
        seen.devices().size(),
        (int) seen.sessions().stream().filter(session -> !session.finished()).count(),
        seen.sessions().size(),
        seen.devices().stream().mapToInt(DeviceView::restarts).sum(),
        letters.size());
  }

  private CompletionStage<GatewayReply> deadLetters(GatewayRequest.ListDeadLetters ask) {
    return recentLetters(Math.max(1, Math.min(ask.limit(), settings.listMax())))
        .thenApply(GatewayReply.DeadLetters::new);
  }

  private CompletionStage<List<GatewayReply.DeadLetterView>> recentLetters(int limit) {
    return asking
        .<HistoryLog.Command<DeadLetterEvent>, HistoryLog.Recorded<DeadLetterEvent>>ask(
            deadLetters, replyTo -> new HistoryLog.Recent<>(Integer.MAX_VALUE, replyTo))
        .thenApply(recorded -> stored(recorded.events(), limit));
  }

  /** Those that are neither purged nor sent again, newest first. */
  private static List<GatewayReply.DeadLetterView> stored(List<DeadLetterEvent> events, int limit) {
    Set<String> gone = new HashSet<>();
    List<GatewayReply.DeadLetterView> letters = new java.util.ArrayList<>();
    for (int i = events.size() - 1; i >= 0 && letters.size() < limit; i--) {
      DeadLetterEvent event = events.get(i);
      if (!(event instanceof DeadLetterEvent.DeadLetterStored stored)) {
        gone.add(event.letterId());
      } else if (!gone.contains(stored.letterId())) {
        letters.add(
            new GatewayReply.DeadLetterView(
                stored.letterId(),
                stored.sessionId(),
                stored.index(),
                stored.reason(),
                stored.documentSha256(),
                stored.meta().at()));
      }
    }
    return letters;
  }

  private CompletionStage<GatewayReply> stop(GatewayRequest.StopNode ask) {
    stopNode.run();
    return Desks.now(new GatewayReply.Stopping());
  }
}
