package io.mainstay.actors.notification.delivery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.notification.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Carries one channel's notifications out of the node, one message at a time. What it holds is
 * journaled as not delivered, so it may lose it: it is handed over again.
 */
public final class Courier {
  /** What a courier is told. */
  public sealed interface Command {}

  /** Send it; the report goes to {@code replyTo}. Handed over again it is not sent again. */
  public record Take(Parcel parcel, ActorRef<Report> replyTo) implements Command {}

  private record Tried(List<Parcel> parcels, DeliveryOutcome outcome) implements Command {}

  private record Due() implements Command {}

  /** What became of a message. */
  public sealed interface Report {
    /** The channel that reports. */
    Channel channel();
  }

  /** A server took them; {@code attempts} from 1. */
  public record Delivered(Channel channel, List<Parcel> parcels, int attempts) implements Report {}

  /** They are not tried any more; {@code attempts} is 0 if there was no room to wait. */
  public record Abandoned(Channel channel, List<Parcel> parcels, int attempts, String cause)
      implements Report {}

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final Channel channel;
  private final String node;
  private final DeliverySettings settings;
  private final DeliveryMethod method;
  private final Executor blocking;
  private DeliveryQueue queue;
  private ActorRef<Report> reports;

  private Courier(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      Channel channel,
      String node,
      DeliverySettings settings,
      DeliveryMethod method,
      Executor blocking) {
    this.ctx = ctx;
    this.timers = timers;
    this.channel = channel;
    this.node = node;
    this.settings = settings;
    this.method = method;
    this.blocking = blocking;
    this.queue = DeliveryQueue.empty(settings);
  }

  /**
   * @param blocking where the method runs
   */
  public static Behavior<Command> create(
      Channel channel,
      String node,
      DeliverySettings settings,
      DeliveryMethod method,
      Executor blocking) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new Courier(ctx, timers, channel, node, settings, method, blocking)
                        .behavior()));
  }

  private Behavior<Command> behavior() {
    return Behaviors.receive(Command.class)
        .onMessage(Take.class, this::onTake)
        .onMessage(Tried.class, this::onTried)
        .onMessage(Due.class, due -> goOn())
        .build();
  }

  private Behavior<Command> onTake(Take take) {
    reports = take.replyTo();
    DeliveryQueue.Offered offered = queue.offer(take.parcel());
    queue = offered.after();
    if (offered.delivered()) {
      reports.tell(new Delivered(channel, List.of(take.parcel()), 1));
    }
    if (!offered.abandoned().isEmpty()) {
      abandon(
          offered.abandoned(),
          0,
          "more waited than " + DeliverySettings.PATH + ".queue-max, " + settings.queueMax());
    }
    return goOn();
  }

  private Behavior<Command> goOn() {
    DeliveryQueue.Step step = queue.next(now());
    if (step instanceof DeliveryQueue.Send send) {
      queue = send.after();
      ctx.pipeToSelf(
          CompletableFuture.supplyAsync(
              () -> method.deliver(new Outgoing(node, send.parcels())), blocking),
          (outcome, failure) ->
              new Tried(
                  send.parcels(),
                  failure == null ? outcome : new DeliveryOutcome.Failed(failure.toString())));
    } else if (step instanceof DeliveryQueue.Wait wait) {
      timers.startSingleTimer(new Due(), Duration.ofMillis(wait.millis()));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onTried(Tried tried) {
    int attempts = queue.attempts() + 1;
    if (tried.outcome() instanceof DeliveryOutcome.Taken) {
      queue = queue.taken(now());
      reports.tell(new Delivered(channel, tried.parcels(), attempts));
      return goOn();
    }
    boolean forGood = tried.outcome() instanceof DeliveryOutcome.Rejected;
    String cause =
        tried.outcome() instanceof DeliveryOutcome.Rejected rejected
            ? rejected.cause()
            : ((DeliveryOutcome.Failed) tried.outcome()).cause();
    ctx.getLog()
        .warn(
            "notification not delivered channel={} count={} attempt={} cause={}",
            channel.text(),
            tried.parcels().size(),
            attempts,
            cause);
    DeliveryQueue.Failure failure = queue.failed(now(), forGood);
    queue = failure.after();
    if (!failure.abandoned().isEmpty()) {
      abandon(failure.abandoned(), attempts, cause);
    }
    return goOn();
  }

  private void abandon(List<Parcel> parcels, int attempts, String cause) {
    reports.tell(new Abandoned(channel, parcels, attempts, cause));
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }
}
