package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.outage.Outage.Effect;
import io.mainstay.actors.outage.Outage.Sign;
import io.mainstay.actors.outage.OutageBooks.Watched;
import io.mainstay.actors.outage.OutageCommand.Interest;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Follows the devices of a node and carries out what {@link Outage} decides about each: freezes and
 * thaws changes of state, has devices reconnect, has both sides compared, moves work elsewhere and
 * back, and tells people. The journal has each step before it is taken. Everything it waits for has
 * a bound; a restart of its own changes nothing for those who follow it.
 */
public final class OutageKeeper {
  /** The seeds' name of what failover is. */
  public static final String STRATEGY = "graceful_degradation";

  /** Kind of the alert of a device that was given up; its subject is the device's id. */
  public static final String FAILOVER_ALERT = "device_failover";

  /** Kind of the alert of a device that was given up with models that no other could be given. */
  public static final String NOT_MOVED_ALERT = "device_failover_incomplete";

  /** Kind of the alert of a device whose worker and node do not agree after a repair. */
  public static final String DISAGREEMENT_ALERT = "state_divergence";

  /**
   * Whom it works with.
   *
   * @param journals the node's logs of outages and of divergences
   * @param nanoTime monotonic clock
   */
  public record Collaborators(
      ActorRef<DeviceCommand> devices,
      ActorRef<ModelCommand> models,
      ActorRef<AlertCommand> alerts,
      OutageJournals journals,
      EventStamper stamper,
      LongSupplier nanoTime) {}

  private final ActorContext<OutageCommand> ctx;
  private final TimerScheduler<OutageCommand> timers;
  private final OutageSettings settings;
  private final Collaborators with;
  private final OutageBooks books;
  private final OutageSteps steps;
  private final OutageAlerts alerts;
  private final Reconciliation reconciliation;
  private final Failover failover;

  private OutageKeeper(
      ActorContext<OutageCommand> ctx,
      TimerScheduler<OutageCommand> timers,
      OutageSettings settings,
      Collaborators with,
      OutageBooks books) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.with = with;
    this.books = books;
    this.steps =
        new OutageSteps(
            ctx, timers, with.journals(), settings.journalTimeout(), books, this::carryOut);
    this.alerts = new OutageAlerts(with.alerts());
    this.reconciliation = new Reconciliation(ctx, timers, settings, with, books, steps, alerts);
    this.failover = new Failover(ctx, settings, with, books, steps, alerts);
    books.subscribers().all().forEach(this::watch);
    books.devices().forEach(this::resume);
    reconciliation.resumeNotices();
    with.devices()
        .tell(
            new DeviceCommand.Subscribe(
                ctx.messageAdapter(DeviceSignal.class, Heard.Signalled::new)));
  }

  /** The keeper of a node; it follows all devices from now on. */
  public static Behavior<OutageCommand> create(OutageSettings settings, Collaborators with) {
    // Outside setup: who follows it, and what is frozen, outlive a restart of this actor.
    OutageBooks books = new OutageBooks(settings.subscribersMax());
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new OutageKeeper(ctx, timers, settings, with, books).watching()));
  }

  /** After a restart: whatever was decided and not done is done again; all of it may come twice. */
  private void resume(String id, Watched watched) {
    Outage now = watched.outage();
    now.resumed(nowMillis(), settings.limits())
        .effects()
        .forEach(effect -> carryOut(id, now, effect, null));
    if (!now.frozen() && !steps.waits(id, act -> act instanceof OutageAct.Thaw)) {
      thaw(id, now.phase() == Outage.Phase.FAILOVER);
    }
    steps.resume(id);
  }

  private Behavior<OutageCommand> watching() {
    return Behaviors.receive(OutageCommand.class)
        .onMessage(OutageCommand.Get.class, this::onGet)
        .onMessage(OutageCommand.Subscribe.class, this::onSubscribe)
        .onMessage(OutageCommand.Confirm.class, this::onConfirm)
        .onMessage(Heard.SubscriberGone.class, this::onSubscriberGone)
        .onMessage(Heard.Signalled.class, heard -> onSignal(heard.signal()))
        .onMessage(
            Heard.AttemptDue.class,
            due -> take(due.deviceId(), new Sign.AttemptDue(due.attempt()), null))
        .onMessage(
            Heard.FreezeOver.class,
            over -> take(over.deviceId(), new Sign.FreezeOver(over.sinceMillis()), null))
        .onMessage(Heard.Looked.class, this::onLooked)
        .onMessage(Heard.Compared.class, this::onCompared)
        .onMessage(Heard.Moved.class, this::onMoved)
        .onMessage(Heard.Written.class, this::onWritten)
        .onMessage(Heard.NotifyOver.class, this::onNotifyOver)
        .build();
  }

  private Behavior<OutageCommand> onGet(OutageCommand.Get get) {
    List<OutageCommand.OutageView> views = new ArrayList<>();
    books
        .devices()
        .forEach(
            (id, watched) -> {
              Outage outage = watched.outage();
              if (outage.phase() != Outage.Phase.REACHABLE) {
                views.add(
                    new OutageCommand.OutageView(
                        id,
                        outage.phase().name().toLowerCase(Locale.ROOT),
                        outage.attempts(),
                        outage.frozen()));
              }
            });
    get.replyTo().tell(new OutageCommand.Outages(views));
    return Behaviors.same();
  }

  // --- who follows

  private Behavior<OutageCommand> onSubscribe(OutageCommand.Subscribe subscribe) {
    ActorRef<OutageNotice> subscriber = subscribe.subscriber();
    if (!books.subscribers().add(subscribe)) {
      ctx.getLog()
          .warn(
              "outage subscriber refused name={} subscriber={} bound={}",
              subscribe.name(),
              subscriber.path(),
              settings.subscribersMax());
      return Behaviors.same();
    }
    watch(subscriber);
    books
        .devices()
        .forEach(
            (id, watched) -> {
              if (watched.outage().frozen() && subscribe.interests().contains(Interest.FREEZES)) {
                subscriber.tell(new OutageNotice.Frozen(id, left(watched.outage())));
              }
            });
    return Behaviors.same();
  }

  private void watch(ActorRef<OutageNotice> subscriber) {
    // One that subscribes twice is watched once.
    ctx.unwatch(subscriber);
    ctx.watchWith(subscriber, new Heard.SubscriberGone(subscriber));
  }

  private Behavior<OutageCommand> onSubscriberGone(Heard.SubscriberGone gone) {
    books.subscribers().remove(gone.subscriber());
    return Behaviors.same();
  }

  private Behavior<OutageCommand> onConfirm(OutageCommand.Confirm confirm) {
    reconciliation.confirmed(confirm);
    return Behaviors.same();
  }

  private Behavior<OutageCommand> onNotifyOver(Heard.NotifyOver over) {
    reconciliation.notifyOver(over.noticeId());
    return Behaviors.same();
  }

  // --- what happens to the devices

  private Behavior<OutageCommand> onSignal(DeviceSignal signal) {
    String id = signal.deviceId();
    Watched watched = books.device(id);
    if (signal instanceof DeviceSignal.WorkerUp up) {
      watched.up(up.models());
      return take(id, new Sign.InReach(up.port().epoch()), null);
    }
    if (signal instanceof DeviceSignal.ModelsChanged changed) {
      watched.holds(changed.models());
      return Behaviors.same();
    }
    if (signal instanceof DeviceSignal.WorkerSuspected suspected) {
      return lost(watched, id, suspected.epoch(), suspected.reason(), null);
    }
    if (signal instanceof DeviceSignal.WorkerCleared cleared) {
      // One that lost its place to a standby says nothing of the device.
      return cleared.epoch() == watched.outage().epoch()
          ? take(id, new Sign.InReach(cleared.epoch()), null)
          : Behaviors.same();
    }
    if (signal instanceof DeviceSignal.WorkerDown down) {
      watched.down();
      boolean current = watched.outage().epoch() == 0 || watched.outage().epoch() == down.epoch();
      return current
          ? lost(watched, id, down.epoch(), down.report().detail(), down.cause())
          : Behaviors.same();
    }
    if (signal instanceof DeviceSignal.DeviceFailed failed) {
      watched.down();
      return lost(watched, id, watched.outage().epoch(), failed.reason(), failed.cause());
    }
    // A reservation says nothing of whether the device is in reach.
    return Behaviors.same();
  }

  private Behavior<OutageCommand> lost(
      Watched watched, String id, long epoch, String reason, EventMeta cause) {
    if (watched.outage().phase() == Outage.Phase.REACHABLE) {
      watched.keepCheckpoint();
    }
    return take(id, new Sign.Lost(epoch, reason), cause);
  }

  private Behavior<OutageCommand> take(String id, Sign sign, EventMeta cause) {
    Watched watched = books.device(id);
    Outage before = watched.outage();
    Outage.Decision decision = before.decide(sign, nowMillis(), settings.limits());
    watched.is(decision.next());
    decision.effects().forEach(effect -> carryOut(id, before, effect, cause));
    return Behaviors.same();
  }

  private void carryOut(String id, Outage before, Effect effect, EventMeta cause) {
    Watched watched = books.device(id);
    if (effect instanceof Effect.Freeze freeze) {
      onFreeze(id, watched, freeze, cause);
    } else if (effect instanceof Effect.KeepFrozen kept) {
      startFreeze(id, watched, kept.left());
      if (!steps.waits(id, act -> act instanceof OutageAct.Freeze)) {
        freeze(id, left(watched.outage()));
      }
    } else if (effect instanceof Effect.Await await) {
      timers.startSingleTimer(
          "attempt " + id, new Heard.AttemptDue(id, await.attempt()), await.pause());
    } else if (effect instanceof Effect.Reconnect reconnect) {
      steps.then(
          id,
          kept(
              watched,
              new OutageEvent.ReconnectionAttempted(
                  next(watched), id, reconnect.attempt(), reconnect.next().toMillis())),
          new OutageAct.Reconnect());
    } else if (effect instanceof Effect.NoteReconnected noted) {
      steps.note(
          id,
          kept(
              watched,
              new OutageEvent.Reconnected(
                  next(watched),
                  id,
                  watched.outage().epoch(),
                  noted.same() ? "answered" : "successor",
                  before.attempts(),
                  nowMillis() - before.sinceMillis())));
    } else if (effect instanceof Effect.Compare) {
      reconciliation.begin(id, watched.outage().epoch());
    } else if (effect instanceof Effect.KeepComparing) {
      reconciliation.resume(id);
    } else if (effect instanceof Effect.Thaw thaw) {
      onThaw(id, watched, before, thaw);
    } else if (effect instanceof Effect.FailOver failOver) {
      failover.begin(id, failOver.reason());
    } else if (effect instanceof Effect.KeepMoving) {
      failover.resume(id);
    } else if (effect instanceof Effect.FailBack) {
      onFailBack(id, watched, before);
    } else if (effect instanceof Effect.TellDisagreement) {
      steps.then(id, new OutageAct.TellDisagreement(watched.remaining(), watched.last()));
    }
  }

  /** The journal has what goes before it. */
  private void carryOut(String id, OutageAct act) {
    if (act instanceof OutageAct.Freeze freeze) {
      freeze(id, freeze.longest());
      ctx.getLog().warn("state frozen device={} reason={}", id, freeze.reason());
    } else if (act instanceof OutageAct.Thaw thaw) {
      thaw(id, thaw.failover());
      ctx.getLog().info("state thawed device={} reason={}", id, thaw.reason());
    } else if (act instanceof OutageAct.Reconnect) {
      with.devices().tell(new DeviceCommand.Reconnect(id));
    } else if (act instanceof OutageAct.Look look) {
      reconciliation.due(id, look.number());
    } else if (act instanceof OutageAct.Repair repair) {
      reconciliation.due(id, repair.number());
    } else if (act instanceof OutageAct.EndComparison end) {
      reconciliation.ended(id, end);
    } else if (act instanceof OutageAct.TellDisagreement told) {
      alerts.disagree(id, told.remaining(), told.after());
    } else if (act instanceof OutageAct.Move move) {
      failover.move(id, move);
    } else if (act instanceof OutageAct.TellMoved moved) {
      failover.tellMoved(id, moved);
    } else if (act instanceof OutageAct.TellServes serves) {
      alerts.servesAgain(id, serves.after());
      if (serves.returned()) {
        books.subscribers().tell(Interest.FREEZES, new OutageNotice.Returned(id));
        ctx.getLog().info("failover ended device={}", id);
      }
    }
  }

  private void startFreeze(String id, Watched watched, Duration longest) {
    timers.startSingleTimer(
        "freeze " + id, new Heard.FreezeOver(id, watched.outage().sinceMillis()), longest);
  }

  private void onFreeze(String id, Watched watched, Effect.Freeze freeze, EventMeta cause) {
    Duration longest = freeze.longest();
    startFreeze(id, watched, longest);
    watched.after(cause);
    steps.then(
        id,
        kept(
            watched,
            new OutageEvent.StateFrozen(
                next(watched),
                id,
                watched.outage().epoch(),
                freeze.reason(),
                longest.toMillis(),
                sorted(watched.checkpoint()))),
        new OutageAct.Freeze(longest, freeze.reason()));
  }

  private void onThaw(String id, Watched watched, Outage before, Effect.Thaw thaw) {
    boolean givenUp = watched.outage().phase() == Outage.Phase.FAILOVER;
    steps.then(
        id,
        kept(
            watched,
            new OutageEvent.StateThawed(
                next(watched), id, thaw.reason(), nowMillis() - before.sinceMillis())),
        new OutageAct.Thaw(givenUp, thaw.reason()));
  }

  private void freeze(String id, Duration longest) {
    with.models().tell(new ModelCommand.Freeze(id, longest));
    books.subscribers().tell(Interest.FREEZES, new OutageNotice.Frozen(id, longest));
  }

  private void thaw(String id, boolean givenUp) {
    with.models().tell(new ModelCommand.Thaw(id));
    books.subscribers().tell(Interest.FREEZES, new OutageNotice.Thawed(id, givenUp));
  }

  // --- both sides are compared

  private Behavior<OutageCommand> onLooked(Heard.Looked looked) {
    reconciliation.looked(looked);
    return Behaviors.same();
  }

  private Behavior<OutageCommand> onCompared(Heard.Compared compared) {
    OptionalLong epoch = reconciliation.compared(compared);
    return epoch.isPresent()
        ? take(
            compared.deviceId(),
            new Sign.Compared(
                epoch.getAsLong(), books.device(compared.deviceId()).remaining().isEmpty()),
            null)
        : Behaviors.same();
  }

  private Behavior<OutageCommand> onWritten(Heard.Written written) {
    steps.on(written);
    return Behaviors.same();
  }

  // --- work moves

  private Behavior<OutageCommand> onMoved(Heard.Moved moved) {
    failover.moved(moved);
    return Behaviors.same();
  }

  private void onFailBack(String id, Watched watched, Outage before) {
    failover.end(id);
    if (before.failoverMillis() == 0) {
      // What an earlier life of the node told of it is over.
      steps.then(id, new OutageAct.TellServes(watched.last(), false));
      return;
    }
    OutageEvent event =
        kept(
            watched,
            new OutageEvent.FailoverEnded(
                next(watched),
                id,
                watched.outage().epoch(),
                nowMillis() - before.failoverMillis()));
    steps.then(id, event, new OutageAct.TellServes(event.meta(), true));
  }

  /** The cause of each event is the one before it of the same outage. */
  private EventMeta next(Watched watched) {
    return with.stamper().causedBy(watched.last());
  }

  private static OutageEvent kept(Watched watched, OutageEvent event) {
    watched.after(event.meta());
    return event;
  }

  private Duration left(Outage outage) {
    long millis = outage.sinceMillis() + settings.limits().freeze().toMillis() - nowMillis();
    return Duration.ofMillis(Math.max(1, millis));
  }

  private static List<String> sorted(Set<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }

  private long nowMillis() {
    // 0 means none.
    return Math.max(1, with.nanoTime().getAsLong() / 1_000_000);
  }
}
