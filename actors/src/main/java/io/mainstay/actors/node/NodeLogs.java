package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.persistence.history.DeadLetterEvent;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.HistorySettings;
import io.mainstay.persistence.history.NodeEvent;

/**
 * The node's own logs. A log whose write failed starts again, for as long as it takes: what is true
 * is what it reads back.
 */
record NodeLogs(
    ActorRef<HistoryLog.Command<NodeEvent>> node,
    ActorRef<HistoryLog.Command<FaultEvent>> faults,
    ActorRef<HistoryLog.Command<DeadLetterEvent>> deadLetters) {

  static NodeLogs spawn(ActorContext<NodeCommand> ctx, NodeParts parts) {
    HistorySettings settings = HistorySettings.of(parts.config());
    RestartSettings restart = RestartSettings.of(parts.config());
    String name = parts.settings().name();
    return new NodeLogs(
        ctx.spawn(lasting(HistoryLog.node(name, settings), restart), "log-node"),
        ctx.spawn(lasting(HistoryLog.faults(name, settings), restart), "log-faults"),
        ctx.spawn(lasting(HistoryLog.deadLetters(name, settings), restart), "log-dead-letters"));
  }

  private static <T> Behavior<T> lasting(Behavior<T> log, RestartSettings restart) {
    return Behaviors.supervise(log)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                restart.backoffMin(), restart.backoffMax(), restart.jitter()));
  }
}
