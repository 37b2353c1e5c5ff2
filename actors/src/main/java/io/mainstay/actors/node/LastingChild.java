package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.recovery.RestartSettings;
import java.time.Duration;

/**
 * Keeps one child alive for as long as it takes. Supervision alone does not: an event-sourced
 * behavior whose persist failed stops from within, and supervision around it never sees why.
 * States: alive, waiting. What comes while it waits is kept, up to a bound, and handed on.
 */
final class LastingChild {
  private static final int KEPT = 1_000;

  private record Begin() {}

  private final ActorContext<Object> ctx;
  private final TimerScheduler<Object> timers;
  private final StashBuffer<Object> kept;
  private final Behavior<Object> behavior;
  private final RestartSettings restart;
  private Duration wait;
  private long begunNanos;

  private LastingChild(
      ActorContext<Object> ctx,
      TimerScheduler<Object> timers,
      StashBuffer<Object> kept,
      Behavior<Object> behavior,
      RestartSettings restart) {
    this.ctx = ctx;
    this.timers = timers;
    this.kept = kept;
    this.behavior = behavior;
    this.restart = restart;
    this.wait = restart.backoffMin();
  }

  /** The child, behind an actor that begins it anew whenever and however it ends. */
  static <T> Behavior<T> of(Behavior<T> child, RestartSettings restart) {
    Behavior<Object> any = child.unsafeCast();
    return Behaviors.<Object>setup(
            ctx ->
                Behaviors.withStash(
                    KEPT,
                    kept ->
                        Behaviors.withTimers(
                            timers -> new LastingChild(ctx, timers, kept, any, restart).begin())))
        .unsafeCast();
  }

  private Behavior<Object> begin() {
    ActorRef<Object> child = ctx.spawnAnonymous(behavior);
    ctx.watch(child);
    begunNanos = System.nanoTime();
    return kept.unstashAll(alive(child));
  }

  private Behavior<Object> alive(ActorRef<Object> child) {
    return Behaviors.receive(Object.class)
        .onSignal(Terminated.class, ended -> onEnded())
        .onAnyMessage(
            message -> {
              child.tell(message);
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Object> onEnded() {
    boolean lived = System.nanoTime() - begunNanos > restart.period().toNanos();
    wait = lived ? restart.backoffMin() : wait;
    ctx.getLog().warn("begins anew actor={} in={}", ctx.getSelf().path().name(), wait);
    timers.startSingleTimer(new Begin(), wait);
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(restart.backoffMax()) > 0 ? restart.backoffMax() : doubled;
    return waiting();
  }

  private Behavior<Object> waiting() {
    return Behaviors.receive(Object.class)
        .onMessage(Begin.class, due -> begin())
        .onAnyMessage(
            message -> {
              if (kept.isFull()) {
                ctx.getLog()
                    .error(
                        "message lost actor={} kept={} message={}",
                        ctx.getSelf().path().name(),
                        KEPT,
                        message.getClass().getSimpleName());
              } else {
                kept.stash(message);
              }
              return Behaviors.same();
            })
        .build();
  }
}
