package io.mainstay.actors.device;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.BehaviorBuilder;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceTask.Adopt;
import io.mainstay.actors.device.DeviceTask.Arm;
import io.mainstay.actors.device.DeviceTask.Disarm;
import io.mainstay.actors.device.DeviceTask.Drop;
import io.mainstay.actors.device.DeviceTask.Durable;
import io.mainstay.actors.device.DeviceTask.Empty;
import io.mainstay.actors.device.DeviceTask.ForWorker;
import io.mainstay.actors.device.DeviceTask.Forgive;
import io.mainstay.actors.device.DeviceTask.FromSlot;
import io.mainstay.actors.device.DeviceTask.Hold;
import io.mainstay.actors.device.DeviceTask.Impatient;
import io.mainstay.actors.device.DeviceTask.Inspect;
import io.mainstay.actors.device.DeviceTask.Reconnect;
import io.mainstay.actors.device.DeviceTask.Republish;
import io.mainstay.actors.device.DeviceTask.RestoreLog;
import io.mainstay.actors.device.SlotEvent.Seat;
import io.mainstay.actors.device.verdict.PaceWatch;
import io.mainstay.actors.device.verdict.StepTimes;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.DeathReport.NoticedBy;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.WorkerEnds;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.actors.state.source.WorkerTelling;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.ModelLoadingProgress;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StatePriority;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One device: decides which of its slots serves, which models they hold, and tells and journals
 * what happens to them. States: beginning, running, emptying, empty. Signals leave in order; one
 * that names an event waits for it to be durable, recovery does not.
 */
final class Device {
  private static final String PLACE = "device/";
  private static final DispatcherSelector THREADS =
      DispatcherSelector.fromConfig(DeviceSettings.DISPATCHER);

  /** Commands that are kept while it begins, which takes one answer of its supervisor. */
  private static final int EARLY_MAX = 10_000;

  private final DeviceDefinition definition;
  private final DeviceCollaborators with;
  private final ActorRef<DeviceReport> parent;
  private final ActorContext<DeviceTask> ctx;
  private final TimerScheduler<DeviceTask> timers;
  private final StashBuffer<DeviceTask> early;
  private final DeviceJournal journal;
  private final StepTimes times;
  private final HeldModels models = new HeldModels();
  private final SignalOutbox outbox = new SignalOutbox();
  private final Map<Seat, SeatState> seats = new EnumMap<>(Seat.class);

  /** Epochs that were suspected while they served, and lost their place to a standby. */
  private final Set<Long> demoted = new HashSet<>();

  private ActorRef<HistoryLog.Command<DeviceEvent>> log;

  /** The seat that serves or, while none does, the one that is to serve next. */
  private Seat primary = Seat.A;

  private final StateVoice voice;
  private final DeviceTelling telling;
  private final WorkerGrants grants;
  private final FaultVoice faults;
  private boolean begun;
  private boolean serving;
  private boolean everServed;
  private boolean failed;
  private boolean emptying;
  private EventMeta deathToRecoverFrom;
  private long downSinceNanos;
  private int restarts;
  private String lastDeath = "";
  private String kind = "";

  private Device(
      DeviceDefinition definition,
      DeviceCollaborators with,
      OptimizedCopies copies,
      ActorRef<DeviceReport> parent,
      ActorContext<DeviceTask> ctx,
      TimerScheduler<DeviceTask> timers,
      StashBuffer<DeviceTask> early) {
    this.definition = definition;
    this.with = with;
    this.parent = parent;
    this.ctx = ctx;
    this.timers = timers;
    this.early = early;
    this.times =
        new StepTimes(
            with.settings().progress(), PaceWatch.Limits.of(ctx.getSystem().settings().config()));
    this.voice = StateVoice.of(ctx.getSystem());
    this.telling = new DeviceTelling(definition.id(), voice, Clock.systemUTC());
    this.grants = new WorkerGrants(definition, with.settings().grantTimeout(), with.memory(), ctx);
    this.faults = FaultVoice.of(ctx.getSystem());
    this.log = spawnLog();
    this.journal =
        new DeviceJournal(log, with.stamper(), ctx.messageAdapter(EventMeta.class, Durable::new));
    ActorRef<SlotEvent> slotEvents = ctx.messageAdapter(SlotEvent.class, FromSlot::new);
    spawnSlot(Seat.A, copies, slotEvents);
    if (definition.standby() != StandbyMode.NONE) {
      spawnSlot(Seat.B, copies, slotEvents);
    }
  }

  static Behavior<DeviceTask> create(
      DeviceDefinition definition,
      DeviceCollaborators with,
      OptimizedCopies copies,
      ActorRef<DeviceReport> parent) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    Behaviors.withStash(
                        EARLY_MAX,
                        early -> {
                          Device device =
                              new Device(definition, with, copies, parent, ctx, timers, early);
                          parent.tell(new DeviceReport.Began(definition.id(), ctx.getSelf()));
                          return device.beginning();
                        })));
  }

  private void spawnSlot(Seat seat, OptimizedCopies copies, ActorRef<SlotEvent> events) {
    Behavior<SlotCommand> slot = WorkerSlot.create(seat, definition, with, times, copies, events);
    ActorRef<SlotCommand> ref =
        ctx.spawn(
            with.guard().guard(SlotCommand.class, slot),
            "slot-" + seat.name().toLowerCase(Locale.ROOT),
            THREADS);
    ctx.watch(ref); // A slot that is stopped for good ends the device, and its supervisor acts.
    seats.put(seat, new SeatState(ref));
  }

  private ActorRef<HistoryLog.Command<DeviceEvent>> spawnLog() {
    ActorRef<HistoryLog.Command<DeviceEvent>> ref =
        ctx.spawnAnonymous(with.history().apply(definition.id()));
    ctx.watch(ref);
    return ref;
  }

  private Behavior<DeviceTask> beginning() {
    return common()
        .onMessage(Adopt.class, this::onAdopt)
        .onMessage(Hold.class, this::keep)
        .onMessage(Drop.class, this::keep)
        .onMessage(Arm.class, this::keep)
        .onMessage(Disarm.class, this::keep)
        .build();
  }

  /** Told to an earlier life or before this one has its models; somebody waits for the answer. */
  private Behavior<DeviceTask> keep(DeviceTask command) {
    early.stash(command);
    return Behaviors.same();
  }

  private Behavior<DeviceTask> running() {
    return common()
        .onMessage(Hold.class, this::onHold)
        .onMessage(Drop.class, this::onDrop)
        .onMessage(Arm.class, this::onArm)
        .onMessage(Disarm.class, this::onDisarm)
        .onMessage(Forgive.class, this::onForgive)
        .onMessage(Reconnect.class, reconnect -> onReconnect())
        .build();
  }

  private Behavior<DeviceTask> leaving() {
    return common()
        .onMessage(Hold.class, hold -> refuseLeaving(hold.replyTo()))
        .onMessage(Drop.class, drop -> refuseLeaving(drop.replyTo()))
        .onMessage(Arm.class, arm -> refuseLeaving(arm.replyTo()))
        .onMessage(Disarm.class, disarm -> refuseLeaving(disarm.replyTo()))
        .onMessage(Forgive.class, forgive -> Behaviors.same()) // Nothing is started any more.
        .onMessage(Reconnect.class, reconnect -> Behaviors.same())
        .build();
  }

  private BehaviorBuilder<DeviceTask> common() {
    return Behaviors.receive(DeviceTask.class)
        .onMessage(FromSlot.class, told -> onSlot(told.event()))
        .onMessage(Durable.class, durable -> settle(durable.meta().eventId()))
        .onMessage(Impatient.class, impatient -> settle(impatient.eventId()))
        .onMessage(RestoreLog.class, restore -> onRestoreLog())
        .onMessage(WorkerGrants.Answered.class, this::onGrant)
        .onMessage(Empty.class, this::onEmpty)
        .onMessage(Inspect.class, this::onInspect)
        .onMessage(Republish.class, republish -> tellSlots(new SlotCommand.Recount()))
        .onMessage(ForWorker.class, told -> tellSlots(told.command()))
        .onMessage(DeviceTask.ReplaceWorker.class, this::onReplace)
        .onSignal(Terminated.class, this::onTerminated)
        .onSignal(PreRestart.class, signal -> leave())
        .onSignal(PostStop.class, signal -> leave());
  }

  /** Its workers end with it, and no later life knows who waits for them. */
  private Behavior<DeviceTask> leave() {
    models.refuseWaiting(
        Refusal.busy(
            "The actor of device " + definition.id() + " ended before the load did; another begins",
            with.settings().restart().backoffMax().toMillis()));
    models.workerGone();
    return Behaviors.same();
  }

  private Behavior<DeviceTask> onReplace(DeviceTask.ReplaceWorker replace) {
    journal.toEnd(replace.command().epoch(), replace.cause());
    return tellSlots(replace.command());
  }

  private Behavior<DeviceTask> onAdopt(Adopt adopt) {
    begun = true;
    models.adopt(adopt.held());
    journal.registered(definition);
    adopt.lost().ifPresent(this::loseEarlierLife);
    want();
    seats.values().forEach(seat -> seat.slot().tell(new SlotCommand.Start()));
    show();
    return early.unstashAll(running());
  }

  private Behavior<DeviceTask> onHold(Hold hold) {
    if (failed) {
      hold.replyTo().tell(StatusReply.error(unavailable()));
      return Behaviors.same();
    }
    models.hold(hold.load(), servingModels(), hold.progressTo(), hold.replyTo());
    want();
    return Behaviors.same();
  }

  private Behavior<DeviceTask> onDrop(Drop drop) {
    models.drop(drop.modelId(), servingModels().contains(drop.modelId()), drop.replyTo());
    times.forget(drop.modelId());
    holdsChanged();
    return Behaviors.same();
  }

  /** Only the serving worker acts a fault out now; a standing one goes with every later worker. */
  private Behavior<DeviceTask> onArm(Arm arm) {
    if (!with.settings().launch().faultInjection()) {
      arm.replyTo()
          .tell(
              StatusReply.error(
                  Refusal.of(
                      "fault_injection_off",
                      "No fault can be armed on "
                          + definition.id()
                          + ": mainstay.device.worker.fault-injection is off",
                      "Start the node with mainstay.device.worker.fault-injection = on")));
      return Behaviors.same();
    }
    seats.forEach(
        (where, seat) -> {
          if (where == primary) {
            seat.slot().tell(new SlotCommand.Arm(arm.fault(), arm.standing(), arm.replyTo()));
          } else if (arm.standing()) {
            seat.slot().tell(new SlotCommand.Arm(arm.fault(), true, null));
          }
        });
    return Behaviors.same();
  }

  private Behavior<DeviceTask> onDisarm(Disarm disarm) {
    seats.values().forEach(seat -> seat.slot().tell(new SlotCommand.Disarm()));
    disarm.replyTo().tell(StatusReply.success(Done.getInstance()));
    return Behaviors.same();
  }

  private Behavior<DeviceTask> onForgive(Forgive forgive) {
    seats.values().forEach(seat -> seat.slot().tell(new SlotCommand.Forgive(forgive.epoch())));
    return Behaviors.same();
  }

  private Behavior<DeviceTask> onReconnect() {
    seats.values().forEach(seat -> seat.slot().tell(new SlotCommand.LaunchNow()));
    return Behaviors.same();
  }

  private <T> Behavior<DeviceTask> refuseLeaving(ActorRef<StatusReply<T>> replyTo) {
    replyTo.tell(
        StatusReply.error(
            Refusal.of(
                "device_stopped",
                "Device " + definition.id() + " is being stopped with its node",
                "Start the node again")));
    return Behaviors.same();
  }

  private Behavior<DeviceTask> onSlot(SlotEvent event) {
    SeatState seat = seats.get(event.seat());
    if (event instanceof SlotEvent.Stated stated) {
      onStated(seat, stated);
      return Behaviors.same(); // Nothing of this device's own changed.
    } else if (event instanceof SlotEvent.Born) {
      onBorn(event.seat(), seat);
    } else if (event instanceof SlotEvent.Launched launched) {
      seat.launched(launched);
      journal.launched(launched, event.seat() == primary ? "serving" : "standby");
    } else if (event instanceof SlotEvent.Greeted greeted) {
      seat.greeted(greeted);
      kind = seat.kind();
      journal.ready(greeted);
      choose();
    } else if (event instanceof SlotEvent.Up up) {
      seat.up(up, with.nanoTime().getAsLong());
      choose();
    } else if (event instanceof SlotEvent.Loading loading) {
      models.progressed(loading.modelId(), loading.progress());
      sayLoading(event, WorkerTelling.loading(loading.modelId(), loading.progress()));
    } else if (event instanceof SlotEvent.Loaded loaded) {
      onLoaded(seat, loaded);
    } else if (event instanceof SlotEvent.LoadRefused refused) {
      onLoadRefused(refused);
      sayLoading(
          event, WorkerTelling.loadFailed(refused.modelId(), refused.refusal().getMessage()));
    } else if (event instanceof SlotEvent.Unloaded unloaded) {
      onUnloaded(seat, unloaded);
    } else if (event instanceof SlotEvent.Recounted recounted) {
      onRecounted(seat, recounted);
    } else if (event instanceof SlotEvent.Suspected suspected) {
      onSuspected(seat, suspected);
    } else if (event instanceof SlotEvent.Cleared cleared) {
      onCleared(seat, cleared);
    } else if (event instanceof SlotEvent.Vitals vitals) {
      seat.vitals(vitals);
    } else if (event instanceof SlotEvent.Died died) {
      onDied(event.seat(), died);
    } else if (event instanceof SlotEvent.GaveUp gaveUp) {
      onGaveUp(event.seat(), gaveUp);
    } else if (event instanceof SlotEvent.Emptied emptied) {
      onSlotEmptied(event.seat(), emptied);
    }
    show();
    tellWhenEmpty();
    return Behaviors.same();
  }

  /** A slot that failed itself has killed its worker and forgotten everything. */
  private void onBorn(Seat where, SeatState seat) {
    if (!begun) {
      return; // It is started when the device is.
    }
    if (seat.epoch() != 0) {
      DeathReport report =
          new DeathReport(
              seat.epoch(),
              seat.pid(),
              DeathCause.STOPPED,
              -1,
              0,
              NoticedBy.OWN_DECISION,
              with.nanoTime().getAsLong(),
              "",
              List.of(),
              "its slot failed and was restarted");
      lose(where, report, 0, false);
    }
    if (emptying) {
      seat.slot().tell(new SlotCommand.Drain(Duration.ZERO));
      return;
    }
    want();
    seat.slot().tell(new SlotCommand.Start());
    choose();
  }

  /** What a standby says of itself is nobody's business before it serves. */
  private void onStated(SeatState seat, SlotEvent.Stated stated) {
    StateEnvelope told = stated.told();
    if (told.epoch() != seat.epoch()) {
      return;
    }
    if (told.message() instanceof MemoryAllocationRequest request) {
      grants.asked(told, request); // It needs an answer before it serves too.
    }
    if (seats.get(primary) == seat) {
      telling.heard(told);
      if (told.message() instanceof CrossDomainCoordination) {
        // It was sent work for a model that it does not have: our books of it are wrong.
        seat.slot().tell(new SlotCommand.TakeAccount(told.epoch()));
      }
    }
  }

  private Behavior<DeviceTask> onGrant(WorkerGrants.Answered answer) {
    grants.answered(
        answer,
        seats.values().stream().filter(seat -> seat.epoch() == answer.told().epoch()).findFirst());
    return Behaviors.same();
  }

  private void sayLoading(SlotEvent event, ModelLoadingProgress progress) {
    if (event.seat() == primary) {
      voice.sayBeside(progress, Set.of(definition.id()));
    }
  }

  private void onLoaded(SeatState seat, SlotEvent.Loaded loaded) {
    seat.has(loaded.models());
    seat.measured(loaded.call().modelId(), loaded.model().memoryBytes());
    if (serves(seat)) {
      settle(seat);
    }
    if (models.loaded(loaded.call(), loaded.model())) {
      holdsChanged();
    }
    modelsChanged(seat);
    choose();
  }

  /** What the worker has is the truth; everybody who keeps a copy hears it anew. */
  private void onRecounted(SeatState seat, SlotEvent.Recounted recounted) {
    if (seat.epoch() != recounted.epoch()) {
      return;
    }
    seat.has(recounted.models());
    if (serves(seat) && !seat.isSuspected()) {
      models.serving(seat.models());
      telling.serves(seat.port());
      say(new DeviceSignal.WorkerUp(definition.id(), seat.port(), seat.models()));
    }
  }

  private Behavior<DeviceTask> onInspect(Inspect inspect) {
    Set<String> wanted = new HashSet<>(models.heldIds());
    models.wantedCalls().forEach(call -> wanted.add(call.modelId()));
    inspect
        .to()
        .tell(
            new DeviceInspection.OfDevice(
                definition.id(),
                state(seats.get(primary)),
                serving ? seats.get(primary).epoch() : 0,
                wanted,
                seats.size()));
    return tellSlots(new SlotCommand.Inspect(inspect.to()));
  }

  private Behavior<DeviceTask> tellSlots(SlotCommand command) {
    seats.values().forEach(seat -> seat.slot().tell(command));
    return Behaviors.same();
  }

  private void onUnloaded(SeatState seat, SlotEvent.Unloaded unloaded) {
    seat.has(unloaded.models());
    if (serves(seat)) {
      models.unloaded(unloaded.modelId(), unloaded.freedBytes());
    }
    modelsChanged(seat);
  }

  private void modelsChanged(SeatState seat) {
    if (serves(seat)) {
      models.serving(seat.models());
      say(new DeviceSignal.ModelsChanged(definition.id(), seat.port().epoch(), seat.models()));
    }
  }

  private void onLoadRefused(SlotEvent.LoadRefused refused) {
    String modelId = refused.modelId();
    ctx.getLog()
        .warn(
            "model not loaded device={} seat={} model={} cause={}",
            definition.id(),
            refused.seat(),
            modelId,
            refused.refusal().getMessage());
    if (refused.seat() == primary || !servingModels().contains(modelId)) {
      models.refused(modelId, refused.refusal());
      holdsChanged();
    }
  }

  private void onSuspected(SeatState seat, SlotEvent.Suspected suspected) {
    seat.suspected(true);
    faults.raise(
        PLACE + definition.id(),
        Recognised.of(
            ErrorNames.MISSED_HEARTBEAT,
            "worker of epoch " + suspected.epoch() + ": " + suspected.reason()),
        journal.suspected(suspected));
    if (serves(seat)) {
      say(new DeviceSignal.WorkerSuspected(definition.id(), suspected.epoch(), suspected.reason()));
      choose();
    }
  }

  private void onCleared(SeatState seat, SlotEvent.Cleared cleared) {
    seat.suspected(false);
    journal.cleared(cleared);
    if (serves(seat) || demoted.remove(cleared.epoch())) {
      say(new DeviceSignal.WorkerCleared(definition.id(), cleared.epoch()));
    }
    choose();
  }

  private void onDied(Seat where, SlotEvent.Died died) {
    restarts++;
    Optional<Recognised> sign = WorkerEnds.recognise(died.report(), died.loading());
    faults.raise(PLACE + definition.id(), sign, lose(where, died.report(), died.inFlight(), false));
    journal.restarting(where, died.report(), sign, died.restartDelay());
    choose();
  }

  private void onGaveUp(Seat where, SlotEvent.GaveUp gaveUp) {
    faults.raise(
        PLACE + definition.id(),
        WorkerEnds.recognise(gaveUp.report(), gaveUp.loading()),
        lose(where, gaveUp.report(), gaveUp.inFlight(), true));
    EventMeta spent = journal.spent(where, gaveUp.deaths(), with.settings().restart().period());
    choose();
    if (serving || seats.values().stream().anyMatch(seat -> !seat.isFailed())) {
      await(spent);
      return;
    }
    failed = true;
    Refusal refusal = unavailable();
    models.refuseWaiting(refusal);
    faults.raise(
        PLACE + definition.id(),
        Recognised.of(ErrorNames.PRIMARY_DEVICE_FAILURE, refusal.getMessage()),
        spent);
    sayAfter(
        spent,
        new DeviceSignal.DeviceFailed(
            definition.id(), refusal.getMessage(), refusal.remedy(), spent));
  }

  private Refusal unavailable() {
    return Refusal.of(
        ErrorNames.PRIMARY_DEVICE_FAILURE,
        "Device " + definition.id() + " is out of service; its last worker: " + lastDeath,
        "It is tried again every "
            + with.settings().retryAfterFailure().toSeconds()
            + " s. See 'mainstay journal show' for this device, and 'mainstay doctor' for the"
            + " worker's files and limits");
  }

  /** What served when this actor failed ended with it. */
  private void loseEarlierLife(DeathReport report) {
    EventMeta death = journal.died(Seat.A, report, 0);
    deathToRecoverFrom = death;
    downSinceNanos = report.noticedAtNanos();
    everServed = true;
    sayAfter(death, new DeviceSignal.WorkerDown(definition.id(), report.epoch(), report, death));
  }

  /** A worker is gone: journal it and tell those who knew it. */
  private EventMeta lose(Seat where, DeathReport report, int inFlight, boolean gaveUp) {
    SeatState seat = seats.get(where);
    boolean wasServing = serves(seat);
    boolean wasDemoted = demoted.remove(report.epoch());
    seat.vacated(gaveUp);
    grants.ended(report.epoch());
    if (!wasServing || emptying) {
      telling.ended(report.epoch());
    } else {
      boolean standIn = seats.values().stream().anyMatch(other -> other.canServe(models.heldIds()));
      telling.died(report.epoch(), standIn ? StatePriority.HIGH : StatePriority.CRITICAL);
    }
    EventMeta death = journal.died(where, report, inFlight);
    lastDeath =
        report.cause().name().toLowerCase(Locale.ROOT)
            + " (epoch "
            + report.epoch()
            + "), "
            + report.detail();
    if (wasServing || wasDemoted) {
      sayAfter(death, new DeviceSignal.WorkerDown(definition.id(), report.epoch(), report, death));
    } else {
      await(death);
    }
    if (wasServing) {
      serving = false;
      models.workerGone();
    }
    if (deathToRecoverFrom == null && !serving && !emptying) {
      deathToRecoverFrom = death;
      downSinceNanos = report.noticedAtNanos();
    }
    return death;
  }

  /** Lets the best seat serve, if another one does or none. */
  private void choose() {
    if (emptying || serving && !seats.get(primary).isSuspected()) {
      return;
    }
    Set<String> needed = models.heldIds();
    Optional<Seat> able =
        seats.keySet().stream().filter(seat -> seats.get(seat).canServe(needed)).findFirst();
    if (able.isPresent()) {
      promote(able.get());
    } else if (!serving && !seats.get(primary).isGreeted()) {
      // A standby that waits without models begins to load them.
      seats.keySet().stream()
          .filter(seat -> seats.get(seat).isGreeted())
          .findFirst()
          .ifPresent(this::makePrimary);
    }
  }

  private void makePrimary(Seat seat) {
    primary = seat;
    want();
  }

  private void promote(Seat where) {
    if (serving) {
      demoted.add(seats.get(primary).epoch());
    }
    SeatState seat = seats.get(where);
    serving = true;
    everServed = true;
    failed = false;
    say(new DeviceSignal.WorkerUp(definition.id(), seat.port(), seat.models()));
    if (deathToRecoverFrom != null) {
      long millis = (with.nanoTime().getAsLong() - downSinceNanos) / 1_000_000;
      journal.recovered(deathToRecoverFrom, seat.port().epoch(), millis);
      deathToRecoverFrom = null;
    }
    makePrimary(where);
    telling.serves(seat.port());
    models.serving(seat.models());
    settle(seat);
  }

  /** What this worker measured counts from now on: a successor may need more or less. */
  private void settle(SeatState seat) {
    seat.measured()
        .forEach(
            (model, bytes) -> {
              if (bytes > 0) {
                with.memory()
                    .tell(
                        new MemoryCommand.Settle(
                            definition.id(), MemoryOwners.ofModel(model), bytes));
              }
            });
  }

  /** Tells each slot what it is to hold. */
  private void want() {
    if (emptying) {
      return;
    }
    seats.forEach((where, seat) -> seat.slot().tell(new SlotCommand.Want(wantedBy(where))));
  }

  private List<LoadCall> wantedBy(Seat where) {
    if (where == primary) {
      return models.wantedCalls();
    }
    return definition.standby() == StandbyMode.LOADED ? models.heldCalls() : List.of();
  }

  private void holdsChanged() {
    parent.tell(new DeviceReport.Holds(definition.id(), models.heldCalls()));
    want();
  }

  private Behavior<DeviceTask> onEmpty(Empty empty) {
    emptying = true;
    models.refuseWaiting(unavailable());
    seats.values().forEach(seat -> seat.slot().tell(new SlotCommand.Drain(empty.deadline())));
    show();
    return early.unstashAll(leaving());
  }

  private void onSlotEmptied(Seat where, SlotEvent.Emptied emptied) {
    emptied.report().ifPresent(report -> lose(where, report, 0, false));
    seats.get(where).emptied();
  }

  /** Told last: after the deaths are durable and everybody has heard of them. */
  private void tellWhenEmpty() {
    boolean empty = seats.values().stream().allMatch(SeatState::isEmptied);
    if (emptying && empty && outbox.isEmpty()) {
      parent.tell(new DeviceReport.Emptied(definition.id()));
    }
  }

  private boolean serves(SeatState seat) {
    return serving && seats.get(primary) == seat;
  }

  private Set<String> servingModels() {
    return serving ? seats.get(primary).models() : Set.of();
  }

  private void say(DeviceSignal signal) {
    outbox.add(signal);
    flush();
  }

  private void sayAfter(EventMeta cause, DeviceSignal signal) {
    outbox.addAfter(cause.eventId(), signal);
    await(cause);
  }

  private void await(EventMeta cause) {
    timers.startSingleTimer(
        cause.eventId(), new Impatient(cause.eventId()), with.settings().signalPatience());
  }

  private Behavior<DeviceTask> settle(String eventId) {
    timers.cancel(eventId);
    outbox.settle(eventId);
    flush();
    tellWhenEmpty();
    return Behaviors.same();
  }

  private void flush() {
    outbox.takeReady().forEach(signal -> parent.tell(new DeviceReport.Said(signal)));
  }

  private Behavior<DeviceTask> onTerminated(Terminated terminated) {
    if (!terminated.getRef().equals(log)) {
      return Behaviors.unhandled(); // A slot: the device cannot do without, and ends with it.
    }
    ctx.getLog().error("journal of device stopped device={}", definition.id());
    timers.startSingleTimer(new RestoreLog(), with.settings().logPause());
    return Behaviors.same();
  }

  private Behavior<DeviceTask> onRestoreLog() {
    log = spawnLog();
    journal.use(log);
    return Behaviors.same();
  }

  private void show() {
    parent.tell(new DeviceReport.Seen(view()));
  }

  private DeviceView view() {
    SeatState main = seats.get(primary);
    SeatState other = seats.get(primary == Seat.A ? Seat.B : Seat.A);
    long port = serves(main) ? main.port().epoch() : 0;
    return new DeviceView(
        definition.id(),
        definition.backend(),
        kind,
        state(main),
        definition.threads(),
        port,
        serving ? main.pid() : 0,
        standby(other),
        other == null ? 0 : other.pid(),
        restarts,
        definition.memoryBudgetBytes(),
        main.residentBytes(),
        servingModels().stream().sorted().toList(),
        main.queueDepth(),
        main.uptimeMillis(with.nanoTime().getAsLong()),
        lastDeath);
  }

  private String state(SeatState main) {
    if (emptying) {
      return "stopped";
    }
    if (failed) {
      return "failed";
    }
    if (serving) {
      return main.isSuspected() ? "suspected" : "serving";
    }
    return everServed ? "restarting" : "starting";
  }

  private String standby(SeatState other) {
    if (other == null) {
      return "none";
    }
    if (!other.isGreeted()) {
      return "starting";
    }
    boolean complete = other.canServe(models.heldIds()) && !models.heldIds().isEmpty();
    return complete ? "loaded" : "spawned";
  }
}
