package io.mainstay.persistence.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import java.time.Duration;

/**
 * How an entity that has nothing to do any more leaves memory: it tells itself so after a while,
 * and then asks its shard to let it go. Belongs to its entity.
 *
 * @param <C> the entity's commands
 */
public final class Retirement<C> {
  private final ActorContext<C> ctx;
  private final TimerScheduler<C> timers;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final C due;
  private final Duration after;

  /**
   * @param due what the entity tells itself; equal to itself alone among its timers' messages
   * @param after how long it stays in memory for those who ask
   */
  public Retirement(
      ActorContext<C> ctx,
      TimerScheduler<C> timers,
      ActorRef<ClusterSharding.ShardCommand> shard,
      C due,
      Duration after) {
    this.ctx = ctx;
    this.timers = timers;
    this.shard = shard;
    this.due = due;
    this.after = after;
  }

  /** There is nothing to do: the time runs, from now if it ran already. */
  public void begin() {
    timers.startSingleTimer(due, after);
  }

  /** There is something to do after all. */
  public void cancel() {
    timers.cancel(due);
  }

  /** The time is up: leave. What arrives meanwhile is delivered to the next incarnation. */
  public void leave() {
    shard.tell(new ClusterSharding.Passivate<>(ctx.getSelf()));
  }
}
