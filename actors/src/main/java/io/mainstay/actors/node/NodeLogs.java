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
import io.mainstay.actors.device.DeviceDefinition;
import io.mainstay.actors.device.DeviceSettings;
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
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.mode.StoredModes;
import io.mainstay.persistence.review.ReviewQueue;
import io.mainstay.persistence.review.ReviewSettings;
import io.mainstay.persistence.serialization.EntityFolds;
import java.time.Clock;

/**
 * The node's own logs, its review queue and its alerts. A log whose write failed starts again, for
 * as long as it takes: what is true is what it reads back.
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
    ActorRef<ModeCommand> modes) {

  static NodeLogs spawn(ActorContext<NodeCommand> ctx, NodeParts parts) {
    HistorySettings settings = HistorySettings.of(parts.config());
    RestartSettings restart = RestartSettings.of(parts.config());
    String name = parts.settings().name();
    return new NodeLogs(
        ctx.spawn(lasting(HistoryLog.node(name, settings), restart), "log-node"),
        ctx.spawn(lasting(HistoryLog.faults(name, settings), restart), "log-faults"),
        ctx.spawn(lasting(HistoryLog.deadLetters(name, settings), restart), "log-dead-letters"),
        ctx.spawn(lasting(HistoryLog.safetyPolicy(name, settings), restart), "log-safety-policy"),
        ctx.spawn(lasting(HistoryLog.outages(name, settings), restart), "log-outages"),
        ctx.spawn(lasting(HistoryLog.consistency(name, settings), restart), "log-consistency"),
        ctx.spawn(
            lasting(
                ReviewQueue.create(name, ReviewSettings.of(parts.config()), parts.stamper()),
                restart),
            "reviews"),
        ctx.spawn(
            lasting(
                AlertDesk.create(name, AlertSettings.of(parts.config()), parts.stamper()), restart),
            "alerts"),
        modes(ctx, parts, restart));
  }

  /** What held at the end of its last life holds before anything else begins. */
  private static ActorRef<ModeCommand> modes(
      ActorContext<NodeCommand> ctx, NodeParts parts, RestartSettings restart) {
    ModeSettings settings = ModeSettings.of(parts.config());
    ModeRules rules =
        new ModeRules(
            settings,
            DeviceSettings.of(parts.config()).devices().stream()
                .map(DeviceDefinition::id)
                .toList());
    String name = parts.settings().name();
    ModeState stored =
        StoredModes.read(
            () -> JournalReader.of(parts.database()), EntityFolds.of(parts.config()), name);
    ModeKeeper.resume(ctx.getSystem(), settings, rules, stored);
    return ctx.spawn(
        lasting(
            ModeKeeper.create(name, settings, rules, parts.stamper(), Clock.systemUTC()), restart),
        "modes");
  }

  static <T> Behavior<T> lasting(Behavior<T> log, RestartSettings restart) {
    return Behaviors.supervise(log)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                restart.backoffMin(), restart.backoffMax(), restart.jitter()));
  }
}
