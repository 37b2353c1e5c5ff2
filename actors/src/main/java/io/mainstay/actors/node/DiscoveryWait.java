package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Waits for what recovers a node none of whose devices came up: until none of these recoveries runs
 * or waits any more, or for so long. What runs then is durable, and goes on in the node's next
 * life. Lives for one wait.
 */
final class DiscoveryWait {
  /** What it tells itself. */
  sealed interface Command {}

  private record Look() implements Command {}

  private record Seen(CoordinatorCommand.View view) implements Command {}

  private record Overdue() implements Command {}

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final TimerScheduler<Command> timers;
  private final ActorRef<CoordinatorCommand> coordinator;
  private final ActorRef<CoordinatorCommand.View> adapter;
  private final Runnable over;
  private boolean begun;

  private DiscoveryWait(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      ActorRef<CoordinatorCommand> coordinator,
      Runnable over) {
    this.timers = timers;
    this.coordinator = coordinator;
    this.adapter = ctx.messageAdapter(CoordinatorCommand.View.class, Seen::new);
    this.over = over;
  }

  /**
   * @param longest that is waited, whatever is seen
   * @param over told once; must not block
   */
  static Behavior<Command> create(
      ActorRef<CoordinatorCommand> coordinator, Duration longest, Runnable over) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  timers.startSingleTimer(new Overdue(), longest);
                  timers.startTimerWithFixedDelay(new Look(), Duration.ZERO, LOOK_EVERY);
                  return new DiscoveryWait(ctx, timers, coordinator, over).waiting();
                }));
  }

  private Behavior<Command> waiting() {
    return Behaviors.receive(Command.class)
        .onMessage(
            Look.class,
            look -> {
              coordinator.tell(new CoordinatorCommand.Get(adapter));
              return Behaviors.same();
            })
        .onMessage(Seen.class, seen -> onSeen(seen.view()))
        .onMessage(Overdue.class, overdue -> end())
        .build();
  }

  private Behavior<Command> onSeen(CoordinatorCommand.View view) {
    boolean underWay =
        Stream.concat(
                view.running().stream().map(CoordinatorCommand.Running::error),
                view.waiting().stream().map(CoordinatorCommand.Waiting::error))
            .anyMatch(ErrorNames.DEVICE_DISCOVERY_FAILURE.code()::equals);
    boolean done = begun && !underWay;
    begun |= underWay;
    return done ? end() : Behaviors.same();
  }

  private Behavior<Command> end() {
    timers.cancelAll();
    over.run();
    return Behaviors.stopped();
  }
}
