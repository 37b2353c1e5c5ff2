package io.mainstay.actors.memory;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.memory.MemoryCommand.RatedLedger;
import io.mainstay.actors.memory.MemoryCommand.RatedLedgers;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Pressures;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Samples the machine's memory and every ledger, and tells subscribers when a level changes. The
 * decision is {@link PressureThresholds}.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "system_memory",
    fields = "pressure")
final class PressureMonitor {
  /** The machine as a whole, beside the ledgers. */
  static final String SYSTEM = "system";

  sealed interface Command {}

  /** Hear of changes; dead subscribers are forgotten. */
  record Subscribe(ActorRef<PressureSignal> subscriber) implements Command {}

  /** What the levels are now; tells no subscriber and is not noted: the next sample does that. */
  record Rate(ActorRef<RatedLedgers> replyTo) implements Command {}

  private record Sample() implements Command {}

  private record Gone(ActorRef<PressureSignal> subscriber) implements Command {}

  /** What a memory last came to; its level decides where the hysteresis begins. */
  record Reading(PressureLevel level, double usedFraction) {}

  private final ActorContext<Command> context;
  private final MemorySettings settings;
  private final TimerScheduler<Command> timers;
  private final SystemMemory.Probe probe;
  private final Supplier<List<Ledger>> ledgers;
  private final Map<String, Reading> readings;
  private final Set<ActorRef<PressureSignal>> subscribers;
  private boolean probeFailed;

  private PressureMonitor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      MemorySettings settings,
      SystemMemory.Probe probe,
      Supplier<List<Ledger>> ledgers,
      Map<String, Reading> readings,
      Set<ActorRef<PressureSignal>> subscribers) {
    this.context = context;
    this.settings = settings;
    this.probe = probe;
    this.ledgers = ledgers;
    this.readings = readings;
    this.subscribers = subscribers;
    subscribers.forEach(known -> context.watchWith(known, new Gone(known)));
    this.timers = timers;
    sampleLater();
  }

  /**
   * A monitor of some memories.
   *
   * <p>Its two collections outlive it, whoever restarts it: a successor that took every level for
   * low would never say that the pressure its subscribers know of has fallen.
   *
   * @param readings what each memory last came to, by its name
   * @param subscribers who hears of changes
   */
  static Behavior<Command> create(
      MemorySettings settings,
      SystemMemory.Probe probe,
      Supplier<List<Ledger>> ledgers,
      Map<String, Reading> readings,
      Set<ActorRef<PressureSignal>> subscribers) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new PressureMonitor(
                            context, timers, settings, probe, ledgers, readings, subscribers)
                        .watching()));
  }

  private Behavior<Command> watching() {
    return Behaviors.receive(Command.class)
        .onMessage(Sample.class, sample -> onSample())
        .onMessage(Subscribe.class, this::onSubscribe)
        .onMessage(Rate.class, this::onRate)
        .onMessage(Gone.class, this::onGone)
        .build();
  }

  /** A mode may demand that it is looked at more often. */
  private void sampleLater() {
    Duration demanded = InForce.on(context.getSystem()).memory().sampleEvery();
    Duration normal = settings.sampleInterval();
    timers.startSingleTimer(new Sample(), demanded.compareTo(normal) < 0 ? demanded : normal);
  }

  private Behavior<Command> onSample() {
    sampleLater();
    try {
      note(SYSTEM, probe.sample().usedFraction());
      probeFailed = false;
    } catch (IOException unreadable) {
      // The ledgers are still watched; said once, not at every sample.
      if (!probeFailed) {
        context.getLog().warn("system memory unreadable reason={}", unreadable.getMessage());
      }
      probeFailed = true;
    }
    ledgers.get().forEach(ledger -> note(ledger.deviceId(), ledger.usedFraction()));
    return Behaviors.same();
  }

  private Behavior<Command> onSubscribe(Subscribe subscribe) {
    if (subscribers.add(subscribe.subscriber())) {
      context.watchWith(subscribe.subscriber(), new Gone(subscribe.subscriber()));
    }
    readings.forEach(
        (memory, reading) -> {
          if (reading.level() != PressureLevel.LOW) {
            subscribe
                .subscriber()
                .tell(
                    new PressureSignal(
                        memory, reading.level(), reading.level(), reading.usedFraction()));
          }
        });
    return Behaviors.same();
  }

  private Behavior<Command> onRate(Rate rate) {
    rate.replyTo().tell(new RatedLedgers(ledgers.get().stream().map(this::rated).toList()));
    return Behaviors.same();
  }

  private RatedLedger rated(Ledger ledger) {
    double usedFraction = ledger.usedFraction();
    return new RatedLedger(
        ledger.view(),
        usedFraction,
        settings.thresholds().next(levelOf(ledger.deviceId()), usedFraction));
  }

  private PressureLevel levelOf(String memory) {
    Reading last = readings.get(memory);
    return last == null ? PressureLevel.LOW : last.level();
  }

  private Behavior<Command> onGone(Gone gone) {
    subscribers.remove(gone.subscriber());
    return Behaviors.same();
  }

  private void note(String memory, double usedFraction) {
    PressureLevel before = levelOf(memory);
    PressureLevel level = settings.thresholds().next(before, usedFraction);
    readings.put(memory, new Reading(level, usedFraction));
    if (level != before) {
      context
          .getLog()
          .info(
              "memory pressure changed memory={} before={} level={} usedFraction={}",
              memory,
              before,
              level,
              usedFraction);
      PressureSignal signal = new PressureSignal(memory, before, level, usedFraction);
      subscribers.forEach(subscriber -> subscriber.tell(signal));
      FaultVoice.of(context.getSystem())
          .raise("memory/" + memory, Pressures.recognise(signal, memory.equals(SYSTEM)), null);
    }
  }
}
