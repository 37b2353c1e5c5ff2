package io.mainstay.actors.degradation;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.entity.WriteFailures;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.mode.ModeEvent;
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The modes of a node, {@code Modes|<node>}. Node-local, one writer per node. What {@link ModeLife}
 * decides is journaled first, and then in force: {@link InForce} is set, subscribers and the event
 * stream are told. A persist that fails has it recover: what is true is what recovery reads. What
 * held at the node's end holds at its next start.
 */
public final class ModeKeeper extends EventSourcedBehavior<ModeCommand, ModeEvent, ModeState> {
  private final ActorContext<ModeCommand> ctx;
  private final TimerScheduler<ModeCommand> timers;
  private final ModeSettings settings;
  private final EventStamper stamper;
  private final Clock clock;
  private final ModeLife life;
  private final ModeViews views;
  private final InForce inForce;
  private final Set<ActorRef<ModeChanged>> subscribers = new LinkedHashSet<>();
  private Lifted lifted = Lifted.NOTHING;

  private ModeKeeper(
      ActorContext<ModeCommand> ctx,
      TimerScheduler<ModeCommand> timers,
      String node,
      ModeSettings settings,
      ModeRules rules,
      EventStamper stamper,
      Clock clock) {
    super(PersistenceId.of(ModeState.TYPE, node), WriteFailures.strategy(ctx.getSystem()));
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.stamper = stamper;
    this.clock = clock;
    this.life = new ModeLife(settings, rules);
    this.views = new ModeViews(rules, life);
    this.inForce = InForce.of(ctx.getSystem());
  }

  /** The keeper of a node; once per node. */
  public static Behavior<ModeCommand> create(
      String node, ModeSettings settings, ModeRules rules, EventStamper stamper, Clock clock) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new ModeKeeper(ctx, timers, node, settings, rules, stamper, clock)));
  }

  /** Before the keeper is there: what the journal says holds from the node's first moment on. */
  public static void resume(
      ActorSystem<?> system, ModeSettings settings, ModeRules rules, ModeState stored) {
    InForce.of(system).set(new ModeViews(rules, new ModeLife(settings, rules)).of(stored));
  }

  @Override
  public ModeState emptyState() {
    return ModeState.empty();
  }

  @Override
  public EventHandler<ModeState, ModeEvent> eventHandler() {
    return ModeState::after;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }

  @Override
  public SignalHandler<ModeState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, done) -> recovered(state))
        .build();
  }

  private void recovered(ModeState state) {
    show(views.of(state));
    if (!state.holding().isEmpty()) {
      ctx.getLog().warn("modes hold since before modes={}", inForce.restrictions().modesText());
    }
    planLook(state);
  }

  private void show(ModeView now) {
    inForce.set(now);
    ctx.getSystem().eventStream().tell(new EventStream.Publish<>(now));
  }

  @Override
  public CommandHandler<ModeCommand, ModeEvent, ModeState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(ModeCommand.Enter.class, this::enter)
        .onCommand(ModeCommand.Leave.class, this::leave)
        .onCommand(ModeCommand.SetOverride.class, this::override)
        .onCommand(ModeCommand.ClearOverride.class, this::clear)
        .onCommand(ModeCommand.Restored.class, this::restored)
        .onCommand(ModeCommand.Lift.class, this::lift)
        .onCommand(ModeCommand.Get.class, this::get)
        .onCommand(ModeCommand.Subscribe.class, this::subscribe)
        .onCommand(ModeSignal.LookAgain.class, (state, look) -> look(state))
        .onCommand(ModeSignal.SubscriberGone.class, (state, gone) -> forget(gone))
        .build();
  }

  private Effect<ModeEvent, ModeState> enter(ModeState state, ModeCommand.Enter enter) {
    if (!settings.leads(enter.trigger(), enter.key())) {
      return refuse(enter.replyTo(), ModeRefusals.notListed(enter));
    }
    if (state.grounds() >= settings.groundsMax()) {
      return refuse(enter.replyTo(), ModeRefusals.noRoom(enter, state.grounds()));
    }
    return carryOut(
        life.enter(state, enter.key(), enter.trigger(), enter.source(), enter.reason()),
        enter.cause(),
        enter.replyTo());
  }

  private Effect<ModeEvent, ModeState> leave(ModeState state, ModeCommand.Leave leave) {
    return carryOut(
        life.leave(state, leave.key(), leave.source(), leave.reason(), clock.instant()),
        leave.cause(),
        leave.replyTo());
  }

  private Effect<ModeEvent, ModeState> override(ModeState state, ModeCommand.SetOverride set) {
    return carryOut(
        life.override(state, set.key(), set.on(), set.by(), set.reason(), clock.instant()),
        null,
        set.replyTo());
  }

  private Effect<ModeEvent, ModeState> clear(ModeState state, ModeCommand.ClearOverride clear) {
    List<ModeLife.Fact> facts =
        life.clear(state, clear.key(), clear.by(), clear.reason(), clock.instant());
    if (facts.isEmpty()) {
      return refuse(
          clear.replyTo(),
          Refusal.of(
              "mode_not_held",
              "the node is not in " + clear.key().text() + ", and nobody decided about it",
              "'mainstay mode' lists those that hold"));
    }
    return carryOut(facts, null, clear.replyTo());
  }

  private Effect<ModeEvent, ModeState> restored(ModeState state, ModeCommand.Restored all) {
    return carryOut(
        life.restored(state, all.keys(), all.reason(), clock.instant()),
        all.cause(),
        all.replyTo());
  }

  private Effect<ModeEvent, ModeState> lift(ModeState state, ModeCommand.Lift lift) {
    return Effect()
        .none()
        .thenRun(
            same -> {
              if (!lifted.equals(lift.lifted())) {
                lifted = lift.lifted();
                inForce.set(views.of(same, lifted));
                RestrictionsLifted told = new RestrictionsLifted(lifted);
                ctx.getSystem().eventStream().tell(new EventStream.Publish<>(told));
              }
              if (lift.replyTo() != null) {
                lift.replyTo().tell(Done.getInstance());
              }
            });
  }

  private Effect<ModeEvent, ModeState> look(ModeState state) {
    List<ModeLife.Fact> facts = life.look(state, clock.instant());
    if (facts.isEmpty()) {
      planLook(state);
      return Effect().none();
    }
    return carryOut(facts, null, null);
  }

  private Effect<ModeEvent, ModeState> get(ModeState state, ModeCommand.Get get) {
    return Effect().none().thenRun(same -> get.replyTo().tell(views.of(same)));
  }

  private Effect<ModeEvent, ModeState> subscribe(ModeState state, ModeCommand.Subscribe ask) {
    ActorRef<ModeChanged> subscriber = ask.subscriber();
    if (subscribers.size() >= settings.subscribersMax()) {
      ctx.getLog()
          .warn(
              "mode subscriber refused subscriber={} bound={}",
              subscriber.path(),
              settings.subscribersMax());
      return Effect().none();
    }
    if (subscribers.add(subscriber)) {
      ctx.watchWith(subscriber, new ModeSignal.SubscriberGone(subscriber));
    }
    ModeView now = views.of(state);
    state
        .holding()
        .forEach(
            mode ->
                ModeNames.key(mode.name())
                    .ifPresent(
                        key ->
                            subscriber.tell(
                                new ModeChanged(key, true, "it holds", now, mode.entered()))));
    return Effect().none();
  }

  private Effect<ModeEvent, ModeState> forget(ModeSignal.SubscriberGone gone) {
    subscribers.remove(gone.subscriber());
    return Effect().none();
  }

  /**
   * The first fact has the given cause, and each other follows the one before. Where none is given
   * each follows what its mode was entered, or its ground taken, by.
   */
  private Effect<ModeEvent, ModeState> carryOut(
      List<ModeLife.Fact> facts, EventMeta cause, ActorRef<StatusReply<ModeView>> replyTo) {
    List<ModeEvent> events = new ArrayList<>();
    EventMeta last = cause;
    for (ModeLife.Fact fact : facts) {
      EventMeta before = cause == null && fact.since() != null ? fact.since() : last;
      ModeEvent event = fact.apply(stamper.causedBy(before));
      events.add(event);
      last = event.meta();
    }
    if (events.isEmpty()) {
      return Effect().none().thenRun(same -> answer(replyTo, same));
    }
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              show(views.of(after, lifted));
              events.forEach(this::announce);
              planLook(after);
              answer(replyTo, after);
            });
  }

  private void announce(ModeEvent event) {
    boolean entered = event instanceof ModeEvent.ModeEntered;
    if (!entered && !(event instanceof ModeEvent.ModeLeft)) {
      return;
    }
    String reason =
        entered ? ((ModeEvent.ModeEntered) event).reason() : ((ModeEvent.ModeLeft) event).reason();
    ModeKey key = ModeNames.key(event.name()).orElseThrow();
    ctx.getLog()
        .warn("mode {} mode={} reason={}", entered ? "entered" : "left", key.text(), reason);
    ModeChanged changed = new ModeChanged(key, entered, reason, inForce.view(), event.meta());
    ctx.getSystem().eventStream().tell(new EventStream.Publish<>(changed));
    subscribers.forEach(subscriber -> subscriber.tell(changed));
  }

  private void planLook(ModeState state) {
    life.nextLook(state)
        .ifPresentOrElse(
            due -> {
              Duration left = Duration.between(clock.instant(), due);
              timers.startSingleTimer(
                  ModeSignal.LookAgain.class,
                  new ModeSignal.LookAgain(),
                  left.isNegative() ? Duration.ZERO : left.plusMillis(1));
            },
            () -> timers.cancel(ModeSignal.LookAgain.class));
  }

  private void answer(ActorRef<StatusReply<ModeView>> replyTo, ModeState state) {
    if (replyTo != null) {
      replyTo.tell(StatusReply.success(views.of(state)));
    }
  }

  private Effect<ModeEvent, ModeState> refuse(
      ActorRef<StatusReply<ModeView>> replyTo, Refusal why) {
    ctx.getLog().warn("mode not changed code={} reason={}", why.code(), why.getMessage());
    return Effect()
        .none()
        .thenRun(
            same -> {
              if (replyTo != null) {
                replyTo.tell(StatusReply.error(why));
              }
            });
  }
}
