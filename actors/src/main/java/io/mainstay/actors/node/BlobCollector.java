package io.mainstay.actors.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.persistence.blob.Collected;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Removes blobs that nobody needs any more, every now and then; first those are let go that a
 * finished session left behind. A round that fails is tried again at the next.
 */
final class BlobCollector {
  /** It sends everything itself. */
  sealed interface Command {}

  private record Collect() implements Command {}

  private record Ended(Collected collected, Throwable failure) implements Command {}

  private BlobCollector() {}

  /**
   * @param interval between two rounds
   * @param collect one round; blocks
   * @param blocking where a round runs
   */
  static Behavior<Command> create(
      Duration interval, Supplier<Collected> collect, Executor blocking) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  Runnable later =
                      () -> timers.startSingleTimer(new Collect(), pause(ctx, interval));
                  later.run();
                  return collecting(ctx, collect, blocking, later);
                }));
  }

  /** A mode may demand that it is cleaned up more often. */
  private static Duration pause(ActorContext<Command> ctx, Duration interval) {
    double factor = InForce.on(ctx.getSystem()).memory().cleanupFactor();
    return Duration.ofMillis(Math.max(1, Math.round(interval.toMillis() / factor)));
  }

  private static Behavior<Command> collecting(
      ActorContext<Command> ctx, Supplier<Collected> collect, Executor blocking, Runnable later) {
    return Behaviors.receive(Command.class)
        .onMessage(
            Collect.class,
            now -> {
              later.run();
              ctx.pipeToSelf(CompletableFuture.supplyAsync(collect, blocking), Ended::new);
              return Behaviors.same();
            })
        .onMessage(
            Ended.class,
            ended -> {
              if (ended.failure() != null) {
                ctx.getLog().warn("blobs not collected cause={}", ended.failure().toString());
              } else if (ended.collected().bytes() > 0) {
                ctx.getLog().info("blobs collected {}", ended.collected());
              }
              return Behaviors.same();
            })
        .build();
  }
}
