package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.alert.AlertDesk;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKeeper;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.restoration.Restoration;
import io.mainstay.actors.degradation.restoration.RestorationSettings;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationSources;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.persistence.alert.AlertSettings;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.DeadLetterEvent;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.HistorySettings;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.history.SafetyPolicyEvent;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.StoredState;
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.mode.StoredModes;
import io.mainstay.persistence.restoration.RestorationState;
import io.mainstay.persistence.review.ReviewQueue;
import io.mainstay.persistence.review.ReviewSettings;
import io.mainstay.persistence.serialization.EntityFolds;
import java.time.Clock;

/**
 * The node's own logs, its review queue, its alerts and its notifications. A log whose write failed
 * starts again, for as long as it takes: what is true is what it reads back.
 */
record NodeLogs(
    ActorRef<HistoryLog.Command<NodeEvent>> node,
    ActorRef<HistoryLog.Command<FaultEvent>> faults,
    ActorRef<HistoryLog.Command<DeadLetterEvent>> deadLetters,
    ActorRef<HistoryLog.Command<SafetyPolicyEvent>> safetyPolicies,
    ActorRef<HistoryLog.Command<OutageEvent>> outages,
    ActorRef<HistoryLog.Command<ConsistencyEvent>> consistency,
    ActorRef<ReviewQueue.Command> reviews,
    ActorRef<AlertCommand> alerts,
    ActorRef<NotificationCommand> notifications,
    ActorRef<ModeCommand> modes) {

  static NodeLogs spawn(ActorContext<NodeCommand> ctx, NodeParts parts) {
    HistorySettings settings = HistorySettings.of(parts.config());
    RestartSettings restart = RestartSettings.of(parts.config());
    String name = parts.settings().name();
    ActorRef<NotificationCommand> notifications =
        ctx.spawn(lasting(NodeNotifications.post(parts), restart), "notifications");
    ActorRef<AlertCommand> alerts =
        ctx.spawn(
            LastingChild.of(
                AlertDesk.create(
                    name,
                    AlertSettings.of(parts.config()),
                    parts.stamper(),
                    alert -> NotificationSources.of(alert).ifPresent(notifications::tell)),
                restart),
            "alerts");
    notifications.tell(new NotificationCommand.AlertsAre(alerts));
    ModeSettings modeSettings = ModeSettings.of(parts.config());
    ModeRules rules = new ModeRules(modeSettings, DeviceSettings.of(parts.config()).deviceIds());
    ActorRef<ModeCommand> modes = modes(ctx, parts, restart, modeSettings, rules);
    ModeTexts texts = new ModeTexts(modeSettings, rules, RestorationSettings.of(parts.config()));
    ctx.spawn(lasting(ModeTeller.create(notifications, texts), restart), "mode-teller");
    return new NodeLogs(
        ctx.spawn(
            LastingChild.of(
                HistoryLog.node(
                    name,
                    settings,
                    event -> NotificationSources.of(event).ifPresent(notifications::tell)),
                restart),
            "log-node"),
        ctx.spawn(
            LastingChild.of(
                HistoryLog.faults(
                    name,
                    settings,
                    event -> NotificationSources.of(event).ifPresent(notifications::tell)),
                restart),
            "log-faults"),
        ctx.spawn(
            LastingChild.of(HistoryLog.deadLetters(name, settings), restart), "log-dead-letters"),
        ctx.spawn(
            LastingChild.of(HistoryLog.safetyPolicy(name, settings), restart), "log-safety-policy"),
        ctx.spawn(
            LastingChild.of(
                HistoryLog.outages(
                    name,
                    settings,
                    event -> NotificationSources.of(event).ifPresent(notifications::tell)),
                restart),
            "log-outages"),
        ctx.spawn(
            LastingChild.of(HistoryLog.consistency(name, settings), restart), "log-consistency"),
        ctx.spawn(
            LastingChild.of(
                ReviewQueue.create(name, ReviewSettings.of(parts.config()), parts.stamper()),
                restart),
            "reviews"),
        alerts,
        notifications,
        modes);
  }

  /** What held at the end of its last life holds before anything else begins. */
  private static ActorRef<ModeCommand> modes(
      ActorContext<NodeCommand> ctx,
      NodeParts parts,
      RestartSettings restart,
      ModeSettings settings,
      ModeRules rules) {
    String name = parts.settings().name();
    ModeState stored =
        StoredModes.read(
            () -> JournalReader.of(parts.database()), EntityFolds.of(parts.config()), name);
    ModeKeeper.resume(ctx.getSystem(), settings, rules, stored);
    StoredState.read(
            () -> JournalReader.of(parts.database()),
            EntityFolds.of(parts.config()),
            RestorationState.TYPE + "|" + name,
            RestorationState.class)
        .ifPresent(
            wayBack ->
                Restoration.resume(
                    ctx.getSystem(), RestorationSettings.of(parts.config()), wayBack));
    return ctx.spawn(
        LastingChild.of(
            ModeKeeper.create(name, settings, rules, parts.stamper(), Clock.systemUTC()), restart),
        "modes");
  }

  /** For what keeps nothing in the journal; what does ends by itself when a write fails. */
  static <T> Behavior<T> lasting(Behavior<T> log, RestartSettings restart) {
    return Behaviors.supervise(log)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                restart.backoffMin(), restart.backoffMax(), restart.jitter()));
  }
}
