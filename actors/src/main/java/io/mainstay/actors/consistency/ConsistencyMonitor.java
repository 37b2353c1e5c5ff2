package io.mainstay.actors.consistency;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.ConsistencyCheck;
import io.mainstay.actors.consistency.check.Divergence;
import io.mainstay.actors.consistency.check.NodeSnapshot;
import io.mainstay.actors.consistency.check.Watch;
import io.mainstay.actors.consistency.check.WatchEffect;
import io.mainstay.actors.consistency.sabotage.Saboteur;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Divergences;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares the parts of its node every few seconds and has repaired what disagrees. The decisions
 * are {@link Watch}'s; this actor takes the samples, carries repairs out and journals. Each look
 * that finds something new, and each repair, is followed by another look soon.
 */
public final class ConsistencyMonitor {
  /** What it is asked. Node-local. */
  public sealed interface Command {}

  /** What the last look showed. */
  public record Get(ActorRef<ConsistencyView> replyTo) implements Command {}

  /** Look now; answered after that look and the one that confirms it. */
  public record CheckNow(ActorRef<ConsistencyView> replyTo) implements Command {}

  /**
   * Makes divergences, to see that they are found; refused unless fault injection is on. Answered
   * with how often each way was gone.
   *
   * @param kind name of a {@code Sabotage}, {@code mix} for a seeded one, {@code distinct} for
   *     those that add up, or {@code amends} for what is left of it
   * @param count at most 1,000
   * @param seed the same seed makes the same
   */
  public record Inject(
      String kind, int count, long seed, ActorRef<StatusReply<Map<String, Integer>>> replyTo)
      implements Command {}

  private record Tick() implements Command {}

  private record LookAgain() implements Command {}

  private record Taken(NodeSnapshot snapshot, Throwable failure) implements Command {}

  private record CarriedOut(Throwable failure) implements Command {}

  /** What the monitor needs of its node. */
  public record Collaborators(
      SnapshotSource source,
      RepairCrew crew,
      Saboteur saboteur,
      ManualIntervention person,
      ActorRef<HistoryLog.Command<ConsistencyEvent>> log,
      EventStamper stamper,
      Clock clock) {}

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final ConsistencySettings settings;
  private final Collaborators with;
  private final List<ConsistencyCheck> checks;
  private final ConsistencyLog log;
  private final FaultVoice faults;
  private final List<ActorRef<ConsistencyView>> waiting = new ArrayList<>();
  private Watch watch = Watch.begin();
  private long looks;
  private boolean looking;
  private boolean confirming;
  private boolean repairing;

  private ConsistencyMonitor(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      ConsistencySettings settings,
      Collaborators with) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.with = with;
    this.checks = ConsistencyCheck.all(settings.tolerance(), settings.ages());
    this.faults = FaultVoice.of(ctx.getSystem());
    this.log = new ConsistencyLog(with.log(), with.stamper(), settings.journaledMax());
    timers.startTimerWithFixedDelay(
        Tick.class, new Tick(), settings.startAfter(), settings.interval());
  }

  /** The monitor of a node. */
  public static Behavior<Command> create(ConsistencySettings settings, Collaborators with) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new ConsistencyMonitor(ctx, timers, settings, with).watching()));
  }

  private Behavior<Command> watching() {
    return Behaviors.receive(Command.class)
        .onMessage(Tick.class, tick -> look(false))
        .onMessage(LookAgain.class, again -> look(true))
        .onMessage(Taken.class, this::onTaken)
        .onMessage(CarriedOut.class, this::onCarriedOut)
        .onMessage(Get.class, this::onGet)
        .onMessage(CheckNow.class, this::onCheckNow)
        .onMessage(Inject.class, this::onInject)
        .build();
  }

  /** One look at a time; a tick that falls into a repair or a confirmation is left out. */
  private Behavior<Command> look(boolean again) {
    if (looking || repairing || !again && timers.isTimerActive(LookAgain.class)) {
      return Behaviors.same();
    }
    looking = true;
    confirming = again;
    ctx.pipeToSelf(with.source().take(), Taken::new);
    return Behaviors.same();
  }

  private Behavior<Command> onTaken(Taken taken) {
    looking = false;
    if (taken.failure() != null) {
      ctx.getLog().warn("no look taken cause={}", taken.failure().toString());
      answerWaiting();
      return Behaviors.same();
    }
    looks++;
    Instant now = with.clock().instant();
    Watch.Step step = watch.sampled(taken.snapshot(), checks, settings.repair(), now);
    watch = step.next();
    log.nextLook();
    step.effects().forEach(effect -> carryOut(effect, now));
    if (!repairing && !timers.isTimerActive(LookAgain.class)) {
      answerWaiting();
    }
    return Behaviors.same();
  }

  private void carryOut(WatchEffect effect, Instant now) {
    if (effect instanceof WatchEffect.LookAgain) {
      // One that is new in a confirming look is confirmed by the next tick's.
      if (!confirming || watch.run().isPresent()) {
        lookSoon();
      }
    } else if (effect instanceof WatchEffect.Found found) {
      onFound(found, now);
    } else if (effect instanceof WatchEffect.Gone gone) {
      log.gone(gone, now);
    } else if (effect instanceof WatchEffect.RepairBegins begins) {
      onRepairBegins(begins);
    } else if (effect instanceof WatchEffect.Repair repair) {
      repairing = true;
      ctx.pipeToSelf(
          with.crew().carryOut(repair.divergences()), (done, failure) -> new CarriedOut(failure));
    } else if (effect instanceof WatchEffect.RepairEnds ends) {
      onRepairEnds(ends);
    }
  }

  private void onFound(WatchEffect.Found found, Instant now) {
    EventMeta event = log.found(found, now);
    if (event != null) {
      Divergence divergence = found.divergence();
      faults.raise(
          divergence.place().isEmpty() ? "consistency" : "consistency/" + divergence.place(),
          Divergences.recognise(divergence.kind(), divergence.text()),
          event);
    }
  }

  private void onRepairBegins(WatchEffect.RepairBegins begins) {
    log.repairBegins(begins);
    ctx.getLog()
        .warn(
            "consistency repair begins score={} divergences={} kinds={}",
            begins.score(),
            begins.divergences(),
            kinds(watch.open()));
  }

  private void onRepairEnds(WatchEffect.RepairEnds ends) {
    EventMeta event = log.repairEnds(ends);
    if (ends.success()) {
      ctx.getLog().info("consistency repaired millis={}", ends.took().toMillis());
      with.person().over(event);
      return;
    }
    ctx.getLog()
        .error(
            "consistency not repaired millis={} left={}",
            ends.took().toMillis(),
            kinds(ends.left()));
    faults.raise(
        "consistency",
        Recognised.of(
            ErrorNames.CONSISTENCY_REPAIR_FAILURE,
            ends.left().size()
                + " divergences are left after "
                + ends.took().toMillis()
                + " ms: "
                + kinds(ends.left())),
        event);
    String first = ends.left().isEmpty() ? "none" : ends.left().get(0).text();
    with.person()
        .call(
            ends.left().size()
                + " divergences were not repaired within "
                + settings.repair().within().toSeconds()
                + " s ("
                + ConsistencySettings.PATH
                + ".repair.within), "
                + kinds(ends.left())
                + "; the first: "
                + first,
            "See 'mainstay consistency'; what disagrees is named with who is right. A restart of"
                + " the node rebuilds everything but the journal and the files",
            event);
  }

  private Behavior<Command> onCarriedOut(CarriedOut done) {
    repairing = false;
    if (done.failure() != null) {
      ctx.getLog().warn("repair failed cause={}", done.failure().toString());
    }
    lookSoon();
    return Behaviors.same();
  }

  private void lookSoon() {
    timers.startSingleTimer(LookAgain.class, new LookAgain(), settings.confirmAfter());
  }

  private Behavior<Command> onGet(Get get) {
    get.replyTo().tell(view());
    return Behaviors.same();
  }

  private Behavior<Command> onCheckNow(CheckNow check) {
    if (waiting.size() >= settings.waitersMax()) {
      check.replyTo().tell(view()); // Of the last look: so many ask that one has just been.
      return Behaviors.same();
    }
    waiting.add(check.replyTo());
    return look(false);
  }

  private Behavior<Command> onInject(Inject inject) {
    try {
      with.saboteur()
          .make(inject.kind(), inject.count(), inject.seed(), ctx)
          .whenComplete(
              (made, failure) ->
                  inject
                      .replyTo()
                      .tell(
                          failure == null
                              ? StatusReply.success(made)
                              : StatusReply.error(Refusal.from(failure, "sabotage_failed"))));
    } catch (Refusal refusal) {
      inject.replyTo().tell(StatusReply.error(refusal));
    }
    return Behaviors.same();
  }

  private void answerWaiting() {
    waiting.forEach(replyTo -> replyTo.tell(view()));
    waiting.clear();
  }

  private ConsistencyView view() {
    return ConsistencyView.of(watch, looks, log.foundCount(), log.repairedCount());
  }

  private static Map<String, Long> kinds(List<Divergence> divergences) {
    return divergences.stream()
        .collect(
            Collectors.groupingBy(
                divergence -> divergence.kind().wireName(), TreeMap::new, Collectors.counting()));
  }
}
