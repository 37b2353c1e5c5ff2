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
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.outage.Outage.Effect;
import io.mainstay.actors.outage.Outage.Sign;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Follows the devices of a node and carries out what {@link Outage} decides about each: freezes and
 * thaws changes of state, has devices reconnect, has both sides compared, moves work elsewhere and
 * back, journals each step and tells people. Everything it waits for has a bound.
 */
public final class OutageKeeper {
  /** The seeds' name of what failover is. */
  public static final String STRATEGY = "graceful_degradation";

  /** Kind of the alert of a device that was given up; its subject is the device's id. */
  public static final String FAILOVER_ALERT = "device_failover";

  /** Kind of the alert of a device whose worker and node do not agree after a repair. */
  public static final String DISAGREEMENT_ALERT = "state_divergence";

  private static final String METHOD = "checkpoint_comparison";

  /** What is kept of one device. */
  private static final class Watched {
    private Outage outage = Outage.none();
    private boolean serving;
    private Set<String> models = Set.of();
    private Set<String> checkpoint = Set.of();
    private EventMeta last;
    private List<String> remaining = List.of();
  }

  /**
   * Whom it works with.
   *
   * @param journal the node's log of outages
   * @param nanoTime monotonic clock
   */
  public record Collaborators(
      ActorRef<DeviceCommand> devices,
      ActorRef<ModelCommand> models,
      ActorRef<AlertCommand> alerts,
      ActorRef<HistoryLog.Command<OutageEvent>> journal,
      EventStamper stamper,
      LongSupplier nanoTime) {}

  private final ActorContext<OutageCommand> ctx;
  private final TimerScheduler<OutageCommand> timers;
  private final OutageSettings settings;
  private final Collaborators with;
  private final Map<String, Watched> devices = new LinkedHashMap<>();
  private final Set<ActorRef<OutageNotice>> subscribers = new LinkedHashSet<>();

  private OutageKeeper(
      ActorContext<OutageCommand> ctx,
      TimerScheduler<OutageCommand> timers,
      OutageSettings settings,
      Collaborators with) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.with = with;
    with.devices()
        .tell(
            new DeviceCommand.Subscribe(
                ctx.messageAdapter(DeviceSignal.class, Heard.Signalled::new)));
  }

  /** The keeper of a node; it follows all devices from now on. */
  public static Behavior<OutageCommand> create(OutageSettings settings, Collaborators with) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new OutageKeeper(ctx, timers, settings, with).watching()));
  }

  private Behavior<OutageCommand> watching() {
    return Behaviors.receive(OutageCommand.class)
        .onMessage(OutageCommand.Get.class, this::onGet)
        .onMessage(OutageCommand.Subscribe.class, this::onSubscribe)
        .onMessage(Heard.SubscriberGone.class, this::onSubscriberGone)
        .onMessage(Heard.Signalled.class, heard -> onSignal(heard.signal()))
        .onMessage(
            Heard.AttemptDue.class,
            due -> take(due.deviceId(), new Sign.AttemptDue(due.attempt()), null))
        .onMessage(
            Heard.FreezeOver.class,
            over -> take(over.deviceId(), new Sign.FreezeOver(over.sinceMillis()), null))
        .onMessage(Heard.Compared.class, this::onCompared)
        .onMessage(Heard.Moved.class, this::onMoved)
        .build();
  }

  private Behavior<OutageCommand> onGet(OutageCommand.Get get) {
    List<OutageCommand.OutageView> views = new ArrayList<>();
    devices.forEach(
        (id, watched) -> {
          Outage outage = watched.outage;
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

  private Behavior<OutageCommand> onSubscribe(OutageCommand.Subscribe subscribe) {
    ActorRef<OutageNotice> subscriber = subscribe.subscriber();
    if (subscribers.size() >= settings.subscribersMax()) {
      ctx.getLog()
          .warn(
              "outage subscriber refused subscriber={} bound={}",
              subscriber.path(),
              settings.subscribersMax());
      return Behaviors.same();
    }
    if (subscribers.add(subscriber)) {
      ctx.watchWith(subscriber, new Heard.SubscriberGone(subscriber));
    }
    devices.forEach(
        (id, watched) -> {
          if (watched.outage.frozen()) {
            subscriber.tell(new OutageNotice.Frozen(id));
          }
        });
    return Behaviors.same();
  }

  private Behavior<OutageCommand> onSubscriberGone(Heard.SubscriberGone gone) {
    subscribers.removeIf(subscriber -> subscriber.equals(gone.subscriber()));
    return Behaviors.same();
  }

  private Behavior<OutageCommand> onSignal(DeviceSignal signal) {
    String id = signal.deviceId();
    Watched watched = devices.computeIfAbsent(id, unused -> new Watched());
    if (signal instanceof DeviceSignal.WorkerUp up) {
      watched.serving = true;
      watched.models = up.models();
      return take(id, new Sign.InReach(up.port().epoch()), null);
    }
    if (signal instanceof DeviceSignal.ModelsChanged changed) {
      watched.models = changed.models();
      return Behaviors.same();
    }
    if (signal instanceof DeviceSignal.WorkerSuspected suspected) {
      return lost(watched, id, suspected.epoch(), suspected.reason(), null);
    }
    if (signal instanceof DeviceSignal.WorkerCleared cleared) {
      // One that lost its place to a standby says nothing of the device.
      return cleared.epoch() == watched.outage.epoch()
          ? take(id, new Sign.InReach(cleared.epoch()), null)
          : Behaviors.same();
    }
    if (signal instanceof DeviceSignal.WorkerDown down) {
      watched.serving = false;
      boolean current = watched.outage.epoch() == 0 || watched.outage.epoch() == down.epoch();
      return current
          ? lost(watched, id, down.epoch(), down.report().detail(), down.cause())
          : Behaviors.same();
    }
    if (signal instanceof DeviceSignal.DeviceFailed failed) {
      watched.serving = false;
      return lost(watched, id, watched.outage.epoch(), failed.reason(), failed.cause());
    }
    // A reservation says nothing of whether the device is in reach.
    return Behaviors.same();
  }

  private Behavior<OutageCommand> lost(
      Watched watched, String id, long epoch, String reason, EventMeta cause) {
    if (watched.outage.phase() == Outage.Phase.REACHABLE) {
      watched.checkpoint = watched.models;
    }
    return take(id, new Sign.Lost(epoch, reason), cause);
  }

  private Behavior<OutageCommand> take(String id, Sign sign, EventMeta cause) {
    Watched watched = devices.get(id);
    Outage before = watched.outage;
    Outage.Decision decision = before.decide(sign, nowMillis(), settings.limits());
    watched.outage = decision.next();
    decision.effects().forEach(effect -> carryOut(id, watched, before, effect, cause));
    return Behaviors.same();
  }

  private void carryOut(String id, Watched watched, Outage before, Effect effect, EventMeta cause) {
    if (effect instanceof Effect.Freeze freeze) {
      onFreeze(id, watched, freeze, cause);
    } else if (effect instanceof Effect.Await await) {
      timers.startSingleTimer(
          "attempt " + id, new Heard.AttemptDue(id, await.attempt()), await.pause());
    } else if (effect instanceof Effect.Reconnect reconnect) {
      with.devices().tell(new DeviceCommand.Reconnect(id));
      write(
          watched,
          new OutageEvent.ReconnectionAttempted(
              next(watched), id, reconnect.attempt(), reconnect.next().toMillis()));
    } else if (effect instanceof Effect.NoteReconnected noted) {
      write(
          watched,
          new OutageEvent.Reconnected(
              next(watched),
              id,
              watched.outage.epoch(),
              noted.same() ? "answered" : "successor",
              before.attempts(),
              nowMillis() - before.sinceMillis()));
    } else if (effect instanceof Effect.Compare) {
      compare(id, watched.outage.epoch());
    } else if (effect instanceof Effect.Thaw thaw) {
      onThaw(id, watched, before, thaw);
    } else if (effect instanceof Effect.FailOver failOver) {
      onFailOver(id, failOver.reason());
    } else if (effect instanceof Effect.FailBack) {
      onFailBack(id, watched, before);
    } else if (effect instanceof Effect.TellDisagreement) {
      tellDisagreement(id, watched);
    }
  }

  private void onFreeze(String id, Watched watched, Effect.Freeze freeze, EventMeta cause) {
    Duration longest = freeze.longest();
    with.models().tell(new ModelCommand.Freeze(id, longest));
    tell(new OutageNotice.Frozen(id));
    timers.startSingleTimer(
        "freeze " + id, new Heard.FreezeOver(id, watched.outage.sinceMillis()), longest);
    watched.last = cause;
    write(
        watched,
        new OutageEvent.StateFrozen(
            next(watched),
            id,
            watched.outage.epoch(),
            freeze.reason(),
            longest.toMillis(),
            sorted(watched.checkpoint)));
    ctx.getLog().warn("state frozen device={} reason={}", id, freeze.reason());
  }

  private void onThaw(String id, Watched watched, Outage before, Effect.Thaw thaw) {
    boolean failover = watched.outage.phase() == Outage.Phase.FAILOVER;
    with.models().tell(new ModelCommand.Thaw(id));
    tell(new OutageNotice.Thawed(id, failover));
    write(
        watched,
        new OutageEvent.StateThawed(
            next(watched), id, thaw.reason(), nowMillis() - before.sinceMillis()));
    ctx.getLog().info("state thawed device={} reason={}", id, thaw.reason());
  }

  private void compare(String id, long epoch) {
    ctx.askWithStatus(
        Reconciled.class,
        with.models(),
        settings.reconcileTimeout(),
        replyTo -> new ModelCommand.Reconcile(id, replyTo),
        (result, failure) -> new Heard.Compared(id, epoch, result, failure));
  }

  private Behavior<OutageCommand> onCompared(Heard.Compared compared) {
    String id = compared.deviceId();
    Watched watched = devices.get(id);
    if (compared.epoch() != watched.outage.epoch()) {
      return Behaviors.same(); // Of a worker that is gone again.
    }
    Reconciled result =
        compared.failure() == null
            ? compared.result()
            : new Reconciled(
                id,
                0,
                List.of(),
                List.of("the two sides could not be compared: " + compared.failure().getMessage()));
    for (Reconciled.Difference difference : result.differences()) {
      write(
          watched,
          new OutageEvent.ModelStateDiverged(
              next(watched),
              id,
              difference.modelId(),
              difference.field(),
              difference.orchestratorState(),
              difference.workerState(),
              difference.authority(),
              done(difference.actions()),
              difference.dependents()));
      tell(
          new OutageNotice.ModelStateChanged(
              id, difference.modelId(), difference.workerState(), difference.dependents()));
      ctx.getLog().warn("model state diverged device={} what={}", id, difference.text());
    }
    Set<String> lost = new TreeSet<>(watched.checkpoint);
    lost.removeAll(watched.models);
    watched.remaining = result.remaining();
    write(
        watched,
        new OutageEvent.StateReconciled(
            next(watched),
            id,
            METHOD,
            result.compared(),
            List.copyOf(lost),
            result.differences().size(),
            result.remaining()));
    if (result.agree()) {
      with.alerts()
          .tell(
              new AlertCommand.Clear(
                  DISAGREEMENT_ALERT, id, "both sides agree again", watched.last));
    }
    return take(id, new Sign.Compared(compared.epoch(), result.agree()), null);
  }

  /** The journal says of dependents that they were told only if somebody is. */
  private List<String> done(List<String> actions) {
    return subscribers.isEmpty()
        ? actions.stream().filter(action -> !action.equals(Reconciled.NOTIFY)).toList()
        : actions;
  }

  private void tellDisagreement(String id, Watched watched) {
    with.alerts()
        .tell(
            new AlertCommand.Raise(
                DISAGREEMENT_ALERT,
                id,
                "the node and the worker of "
                    + id
                    + " do not agree after a repair: "
                    + String.join("; ", watched.remaining),
                "See 'mainstay models' and 'mainstay devices'; unload and load the models that are"
                    + " named, or stop the worker: its successor is compared anew",
                watched.last));
  }

  private void onFailOver(String id, String reason) {
    List<String> others = new ArrayList<>();
    devices.forEach(
        (other, watched) -> {
          boolean able = watched.serving && watched.outage.phase() == Outage.Phase.REACHABLE;
          if (able && !other.equals(id)) {
            others.add(other);
          }
        });
    ctx.ask(
        ModelCommand.Moved.class,
        with.models(),
        settings.reconcileTimeout(),
        replyTo -> new ModelCommand.FailOver(id, reason, others, replyTo),
        (moved, failure) ->
            new Heard.Moved(id, reason, moved == null ? List.of() : moved.models(), failure));
  }

  private Behavior<OutageCommand> onMoved(Heard.Moved moved) {
    String id = moved.deviceId();
    Watched watched = devices.get(id);
    if (moved.failure() != null) {
      ctx.getLog().warn("work not moved device={} reason={}", id, moved.failure().toString());
    }
    write(watched, new OutageEvent.FailoverActivated(next(watched), id, STRATEGY, moved.moved()));
    if (watched.outage.phase() == Outage.Phase.REACHABLE) {
      return Behaviors.same(); // It came back meanwhile.
    }
    with.alerts()
        .tell(
            new AlertCommand.Raise(
                FAILOVER_ALERT,
                id,
                "the device "
                    + id
                    + " is out of reach: "
                    + moved.reason()
                    + "; moved: "
                    + (moved.moved().isEmpty() ? "nothing" : String.join(", ", moved.moved())),
                "See 'mainstay devices' and 'mainstay journal show' for the device; the alert is"
                    + " cleared when it serves again",
                watched.last));
    return Behaviors.same();
  }

  private void onFailBack(String id, Watched watched, Outage before) {
    boolean earlierLife = before.failoverMillis() == 0;
    if (!earlierLife) {
      write(
          watched,
          new OutageEvent.FailoverEnded(
              next(watched), id, watched.outage.epoch(), nowMillis() - before.failoverMillis()));
    }
    with.alerts()
        .tell(new AlertCommand.Clear(FAILOVER_ALERT, id, "the device serves again", watched.last));
    if (!earlierLife) {
      tell(new OutageNotice.Returned(id));
      ctx.getLog().info("failover ended device={}", id);
    }
  }

  /** The cause of each event is the one before it of the same outage. */
  private EventMeta next(Watched watched) {
    return with.stamper().causedBy(watched.last);
  }

  private void write(Watched watched, OutageEvent event) {
    watched.last = event.meta();
    with.journal().tell(HistoryLog.Record.of(event));
  }

  private void tell(OutageNotice notice) {
    subscribers.forEach(subscriber -> subscriber.tell(notice));
  }

  private static List<String> sorted(Set<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }

  private long nowMillis() {
    // 0 means none.
    return Math.max(1, with.nanoTime().getAsLong() / 1_000_000);
  }
}
