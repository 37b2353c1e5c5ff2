package io.mainstay.actors.notification.delivery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.notification.Channel;
import io.mainstay.actors.recovery.FaultVoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Carries one channel's notifications out of the node, one message at a time. What it holds is
 * journaled as not delivered, so it may lose it: it is handed over again.
 */
public final class Courier {
  /** What a fault of a channel's service is about, before the channel's name. */
  public static final String SERVICE = "service/";

  /** What a courier is told. */
  public sealed interface Command {}

  /** Send it; the report goes to {@code replyTo}. Handed over again it is not sent again. */
  public record Take(Parcel parcel, ActorRef<Report> replyTo) implements Command {}

  /**
   * Asks how it does.
   *
   * @param tryNow without the pause before the next attempt, unless the service asked for it
   */
  public record Look(boolean tryNow, ActorRef<CourierHealth> replyTo) implements Command {}

  private record Tried(List<Parcel> parcels, DeliveryOutcome outcome, String renewal)
      implements Command {}

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
  private final FaultVoice voice;
  private DeliveryQueue queue;
  private ServiceTroubles troubles;
  private Optional<ServiceTrouble> trouble = Optional.empty();
  private String renewal = "";
  private long taken;
  private boolean proven;
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
    this.troubles = ServiceTroubles.none(settings.faultEvery());
    this.voice = FaultVoice.of(ctx.getSystem());
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
        .onMessage(Look.class, this::onLook)
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
      boolean renew = is(ServiceTrouble.Kind.REFUSED);
      ctx.pipeToSelf(
          CompletableFuture.supplyAsync(() -> attempt(send.parcels(), renew), blocking),
          (tried, failure) ->
              failure == null ? tried : new Tried(send.parcels(), defect(failure), ""));
    } else if (step instanceof DeliveryQueue.Wait wait) {
      timers.startSingleTimer(new Due(), Duration.ofMillis(wait.millis()));
    }
    return Behaviors.same();
  }

  /** Once refused it goes with credentials that are read again before each attempt. */
  private Tried attempt(List<Parcel> parcels, boolean renew) {
    String renewed = renew ? method.renew() : "";
    return new Tried(parcels, method.deliver(new Outgoing(node, parcels)), renewed);
  }

  private DeliveryOutcome defect(Throwable failure) {
    return new DeliveryOutcome.Failed(
        failure.toString(),
        ServiceTrouble.of(
            ServiceTrouble.Kind.BROKEN, channel.text(), failure.getClass().getSimpleName()));
  }

  private boolean is(ServiceTrouble.Kind kind) {
    return trouble.filter(known -> known.kind() == kind).isPresent();
  }

  private Behavior<Command> onLook(Look look) {
    if (look.tryNow() && trouble.filter(known -> !known.pause().isZero()).isEmpty()) {
      queue = queue.soon();
      goOn();
    }
    look.replyTo()
        .tell(
            new CourierHealth(
                channel,
                true,
                queue.size(),
                trouble.map(ServiceTrouble::text).orElse(""),
                renewal,
                Duration.ofMillis(queue.waitMillis(now())),
                taken,
                proven));
    return Behaviors.same();
  }

  private Behavior<Command> onTried(Tried tried) {
    int attempts = queue.attempts() + 1;
    if (!tried.renewal().isEmpty()) {
      renewal = tried.renewal();
    }
    if (tried.outcome() instanceof DeliveryOutcome.Taken) {
      queue = queue.taken(now());
      trouble = Optional.empty();
      taken++;
      proven = true;
      reports.tell(new Delivered(channel, tried.parcels(), attempts));
      return goOn();
    }
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
    DeliveryQueue.Failure failure =
        tried.outcome() instanceof DeliveryOutcome.Failed failed
            ? failed(tried.parcels(), failed.trouble())
            : rejected();
    queue = failure.after();
    if (!failure.abandoned().isEmpty()) {
      abandon(failure.abandoned(), attempts, cause);
    }
    return goOn();
  }

  /** Its service answered, and what was wrong is the message: no trouble, and no proof either. */
  private DeliveryQueue.Failure rejected() {
    trouble = Optional.empty();
    return queue.rejected();
  }

  private DeliveryQueue.Failure failed(List<Parcel> parcels, ServiceTrouble met) {
    boolean firstRefusal =
        met.kind() == ServiceTrouble.Kind.REFUSED && !is(ServiceTrouble.Kind.REFUSED);
    trouble = Optional.of(met);
    proven = false;
    ServiceTroubles.Met noted = troubles.met(met.kind(), now());
    troubles = noted.after();
    if (noted.say()) {
      voice.raise(SERVICE + channel.text(), ServiceSigns.of(met, parcels, queue.size()), null);
    }
    DeliveryQueue.Failure failure =
        queue.failed(now(), Math.min(met.pause().toMillis(), settings.retryAfterMax().toMillis()));
    // At once with credentials that are read again; after that with the pauses of any other.
    return firstRefusal
        ? new DeliveryQueue.Failure(failure.after().soon(), failure.abandoned())
        : failure;
  }

  private void abandon(List<Parcel> parcels, int attempts, String cause) {
    reports.tell(new Abandoned(channel, parcels, attempts, cause));
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }
}
