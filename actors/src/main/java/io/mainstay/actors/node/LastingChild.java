package io.mainstay.actors.node;

import akka.actor.ActorPath;
import akka.actor.DeadLetter;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.recovery.RestartSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps one child alive for as long as it takes, however it ends: a write that fails does not end
 * one of a node's logs (see {@code WriteFailures}), anything else may. States: alive, waiting. What
 * comes while it waits, and what the one that ended had in its mailbox, is kept, up to a bound, and
 * handed on in order; what is lost all the same is counted and said.
 */
final class LastingChild {
  private record Begin() {}

  private final ActorContext<Object> ctx;
  private final TimerScheduler<Object> timers;
  // What is to be handed on, in the order in which it was heard of.
  private final List<Object> kept = new ArrayList<>();
  // What the present child was told last: what it leaves is heard of in any order.
  private final Deque<Object> told = new ArrayDeque<>();
  private final Behavior<Object> behavior;
  private final RestartSettings restart;
  private Duration wait;
  private long begunNanos;
  private ActorRef<Object> child;
  private long lost;

  private LastingChild(
      ActorContext<Object> ctx,
      TimerScheduler<Object> timers,
      Behavior<Object> behavior,
      RestartSettings restart) {
    this.ctx = ctx;
    this.timers = timers;
    this.behavior = behavior;
    this.restart = restart;
    this.wait = restart.backoffMin();
    // At once: the typed way would miss what the first child leaves if that ends soon.
    Adapter.toClassic(ctx.getSystem())
        .eventStream()
        .subscribe(Adapter.toClassic(ctx.getSelf()), DeadLetter.class);
  }

  /** The child, behind an actor that begins it anew whenever and however it ends. */
  static <T> Behavior<T> of(Behavior<T> child, RestartSettings restart) {
    Behavior<Object> any = child.unsafeCast();
    return Behaviors.<Object>setup(
            ctx ->
                Behaviors.withTimers(timers -> new LastingChild(ctx, timers, any, restart).begin()))
        .unsafeCast();
  }

  private Behavior<Object> begin() {
    child = ctx.spawnAnonymous(behavior);
    ctx.watch(child);
    begunNanos = System.nanoTime();
    List<Object> ordered = ordered();
    kept.clear();
    told.clear();
    ordered.forEach(this::hand);
    return alive();
  }

  /** What the one before was told comes first, as it was told it. */
  private List<Object> ordered() {
    Map<Object, Integer> places = new IdentityHashMap<>();
    told.forEach(message -> places.put(message, places.size()));
    return kept.stream()
        .sorted(Comparator.comparingInt(message -> places.getOrDefault(message, Integer.MAX_VALUE)))
        .toList();
  }

  private void hand(Object message) {
    if (told.size() >= restart.keptMax()) {
      told.removeFirst();
    }
    told.addLast(message);
    child.tell(message);
  }

  private Behavior<Object> alive() {
    return Behaviors.receive(Object.class)
        .onSignal(Terminated.class, ended -> onEnded())
        .onMessage(DeadLetter.class, this::onDeadLetter)
        .onAnyMessage(
            message -> {
              hand(message);
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Object> onEnded() {
    boolean lived = System.nanoTime() - begunNanos > restart.period().toNanos();
    wait = lived ? restart.backoffMin() : wait;
    ctx.getLog().warn("begins anew actor={} in={}", ctx.getSelf().path().name(), wait);
    timers.startSingleTimer(new Begin(), wait);
    child = null;
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(restart.backoffMax()) > 0 ? restart.backoffMax() : doubled;
    return waiting();
  }

  private Behavior<Object> waiting() {
    return Behaviors.receive(Object.class)
        .onMessage(Begin.class, due -> begin())
        .onMessage(DeadLetter.class, this::onDeadLetter)
        .onAnyMessage(
            message -> {
              keep(message);
              return Behaviors.same();
            })
        .build();
  }

  /** All of the actor system's come here; those of the children that ended are ours. */
  private Behavior<Object> onDeadLetter(DeadLetter letter) {
    ActorPath to = letter.recipient().path();
    if (to.parent().equals(ctx.getSelf().path())) {
      // The end of the present one may be heard of after what it left.
      if (child == null || to.equals(child.path())) {
        keep(letter.message());
      } else {
        hand(letter.message());
      }
    }
    return Behaviors.same();
  }

  private void keep(Object message) {
    if (kept.size() < restart.keptMax()) {
      kept.add(message);
      return;
    }
    lost++;
    ctx.getLog()
        .error(
            "message lost actor={} kept={} lost={} message={}; raise"
                + " mainstay.recovery.restart.kept-max, or find out why it ends",
            ctx.getSelf().path().name(),
            restart.keptMax(),
            lost,
            message.getClass().getSimpleName());
  }
}
