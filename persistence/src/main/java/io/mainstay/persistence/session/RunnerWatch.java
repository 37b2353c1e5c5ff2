package io.mainstay.persistence.session;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import io.mainstay.persistence.entity.Retirement;
import io.mainstay.persistence.session.SessionProtocol.Command;
import io.mainstay.persistence.session.SessionProtocol.Continue;
import io.mainstay.persistence.session.SessionProtocol.Retire;

/**
 * Keeps somebody working on a session while there is work, and lets the session leave memory when
 * there is none. Belongs to its entity.
 */
final class RunnerWatch {
  private final String sessionId;
  private final SessionSettings settings;
  private final ActorRef<SessionWork> work;
  private final Retirement<Command> retirement;
  private final ActorRef<Command> self;
  private final TimerScheduler<Command> timers;

  RunnerWatch(
      String sessionId,
      SessionSettings settings,
      ActorRef<SessionWork> work,
      ActorRef<ClusterSharding.ShardCommand> shard,
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers) {
    this.sessionId = sessionId;
    this.settings = settings;
    this.work = work;
    this.self = ctx.getSelf();
    this.timers = timers;
    this.retirement = new Retirement<>(ctx, timers, shard, new Retire(), settings.retireAfter());
  }

  /** The journal is read: go on, or wait to leave memory. */
  void recovered(SessionState state) {
    if (state instanceof SessionState.Active) {
      self.tell(new Continue());
    } else {
      retirement.begin();
    }
  }

  void askForRunner(SessionState.Active state) {
    work.tell(new SessionWork.Run(sessionId, SessionReport.remaining(state), self));
    timers.startSingleTimer(new Continue(), settings.runInterval());
  }

  /** As above; a runner that works on that batch begins it anew. */
  void rewind(SessionState.Active state, DocumentRange range) {
    work.tell(
        new SessionWork.Rewind(
            new SessionWork.Run(sessionId, SessionReport.remaining(state), self), range));
    timers.startSingleTimer(new Continue(), settings.runInterval());
  }

  /** Any word of the runner shows that the work is in somebody's hands. */
  void heard() {
    timers.startSingleTimer(new Continue(), settings.runnerSilence());
  }

  void stopRunner(String reason) {
    work.tell(new SessionWork.Stop(sessionId, reason));
  }

  /** The session has ended. */
  void rest() {
    timers.cancel(new Continue());
    retirement.begin();
  }

  void retire(SessionState state) {
    if (!(state instanceof SessionState.Active)) {
      retirement.leave();
    }
  }
}
