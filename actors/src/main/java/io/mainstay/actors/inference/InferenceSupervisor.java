package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.RestrictionsLifted;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.EngineCommand.Report;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.outage.OutageNotice;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * The inference domain: knows which device serves and holds what, has models loaded where they are
 * needed, hands synchronous requests to the least loaded engine and gives turns to accepted work.
 */
public final class InferenceSupervisor {
  /** What the supervisor tells itself. */
  sealed interface Own extends InferenceCommand {}

  private record Signalled(DeviceSignal signal) implements Own {}

  private record Reported(Report report) implements Own {}

  private record Resolved(String modelId, ModelDescriptor descriptor) implements Own {}

  private record HolderGone(ActorRef<InferenceCommand.TurnReply> holder) implements Own {}

  private record Opened(String modelId, TextModel model, Throwable failure) implements Own {}

  private record LoadEnded(String modelId, String deviceId, Throwable failure) implements Own {}

  private record Respawn(String deviceId) implements Own {}

  private record Tick() implements Own {}

  /** Of a device out of reach, or of a model that is not what it was believed to be. */
  record Outage(OutageNotice notice) implements Own {}

  /** By which the journal knows who was told of a model's state. */
  private static final String NAME = "inference";

  /** Modes were entered or left, or what they demand is lifted. */
  private record ModesTold() implements Own {}

  private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration RESPAWN_DELAY = Duration.ofMillis(100);
  // Bounds how late a lease, a parked deadline or a refused load is looked at; idle cost is nil.
  private static final Duration TICK = Duration.ofMillis(50);

  private final ActorContext<InferenceCommand> ctx;
  private final TimerScheduler<InferenceCommand> timers;
  private final InferenceSettings settings;
  private final InferenceCollaborators others;
  private final Set<SyncReply> unanswered;
  private final Executor blocking;
  private final Map<String, DeviceSeat> seats = new TreeMap<>();
  private final Engines engines;
  private final Map<String, ModelDescriptor> descriptors = new HashMap<>();
  private final Map<String, TextModel> models = new HashMap<>();
  private final Map<String, Boolean> opening = new HashMap<>();
  private final Residency residency;
  private final TurnDesk turns;
  private final SyncLobby lobby;
  private final UseReports uses;
  private final FrozenSeats frozen;
  private final RouteTelling routes;
  private final LoadCoordination coordination;
  private final DeviceHandoff handoff;
  private long orders;

  private InferenceSupervisor(
      ActorContext<InferenceCommand> ctx,
      TimerScheduler<InferenceCommand> timers,
      InferenceSettings settings,
      InferenceCollaborators others,
      Set<SyncReply> unanswered) {
    this.ctx = ctx;
    this.unanswered = unanswered;
    this.timers = timers;
    this.settings = settings;
    this.others = others;
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.engines =
        new Engines(
            ctx,
            settings,
            others.guard(),
            blocking,
            ctx.messageAdapter(Report.class, Reported::new));
    this.residency = new Residency(settings.loadRetry().toNanos());
    this.turns = new TurnDesk(settings.turns());
    this.lobby = new SyncLobby(settings.sync().parkedMax());
    this.uses = new UseReports(others.model());
    this.frozen = new FrozenSeats(timers);
    others
        .outages()
        .follow(
            NAME,
            EnumSet.allOf(OutageCommand.Interest.class),
            ctx.messageAdapter(OutageNotice.class, Outage::new));
    this.routes = new RouteTelling(ctx.getSystem());
    this.coordination = new LoadCoordination(ctx.getSystem());
    this.handoff = new DeviceHandoff(ctx.getSystem());
    InForce.subscribe(
        ctx.getSystem(), ctx.messageAdapter(ModeChanged.class, changed -> new ModesTold()));
    InForce.subscribeLifted(
        ctx.getSystem(), ctx.messageAdapter(RestrictionsLifted.class, lifted -> new ModesTold()));
    others
        .device()
        .tell(new DeviceCommand.Subscribe(ctx.messageAdapter(DeviceSignal.class, Signalled::new)));
  }

  /** The domain; spawn it on {@link InferenceSettings#DISPATCHER}. */
  public static Behavior<InferenceCommand> create(
      InferenceSettings settings, InferenceCollaborators others) {
    // Outlives a restart: what engines hand back then is of the life before.
    Set<SyncReply> unanswered = ConcurrentHashMap.newKeySet();
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new InferenceSupervisor(ctx, timers, settings, others, unanswered).serving()));
  }

  private Behavior<InferenceCommand> serving() {
    return Behaviors.receive(InferenceCommand.class)
        .onMessage(InferenceCommand.Embed.class, this::onEmbed)
        .onMessage(InferenceCommand.RequestTurn.class, this::onRequestTurn)
        .onMessage(InferenceCommand.UseTurn.class, this::onUseTurn)
        .onMessage(InferenceCommand.ReleaseTurn.class, this::onReleaseTurn)
        .onMessage(InferenceCommand.HoldBack.class, hold -> replan(() -> turns.holdBack(hold)))
        .onMessage(InferenceCommand.LetGo.class, go -> replan(() -> turns.letGo(go)))
        .onMessage(InferenceCommand.GetFacts.class, this::onGetFacts)
        .onMessage(
            InferenceCommand.Overhear.class, heard -> onSignalled(new Signalled(heard.signal())))
        .onMessage(Reported.class, this::onReported)
        .onMessage(Signalled.class, this::onSignalled)
        .onMessage(Resolved.class, this::onResolved)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(HolderGone.class, this::onHolderGone)
        .onMessage(LoadEnded.class, this::onLoadEnded)
        .onMessage(Respawn.class, this::onRespawn)
        .onMessage(Outage.class, outage -> onOutage(outage.notice()))
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(ModesTold.class, told -> onModes())
        .onSignal(Terminated.class, this::onEngineStopped)
        .onSignal(PreRestart.class, restart -> onRestart())
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  // ---- synchronous requests

  private Behavior<InferenceCommand> onEmbed(InferenceCommand.Embed embed) {
    SyncReply reply = new SyncReply(embed.replyTo(), unanswered::remove);
    unanswered.add(reply);
    Optional<Refusal> unfit = SyncLobby.unfit(embed.text(), settings.sync().textMax());
    if (unfit.isPresent()) {
      reply.refuse(unfit.get());
      return Behaviors.same();
    }
    Duration deadline =
        embed.deadline() == null || embed.deadline().isZero() || embed.deadline().isNegative()
            ? settings.sync().defaultDeadline()
            : embed.deadline();
    route(
        new SyncRequest(
            orders++,
            null,
            embed.modelId(),
            embed.text(),
            System.nanoTime() + deadline.toNanos(),
            deadline,
            embed.deviceId(),
            0,
            null,
            reply));
    return Behaviors.same();
  }

  private void route(SyncRequest request) {
    TextModel model = models.get(request.modelId());
    String best = model == null ? null : engines.leastLoaded(seats.values(), request);
    if (best == null) {
      if (!lobby.park(request)) {
        request.reply().refuse(lobby.full());
        return;
      }
      startTicking();
      provide(request.modelId());
    } else if (engines.load(best).syncOutstanding() >= settings.sync().queueMax()) {
      request
          .reply()
          .refuse(
              Refusal.busy(
                  "Device "
                      + best
                      + " has "
                      + engines.load(best).syncOutstanding()
                      + " requests to answer; its limit is "
                      + InferenceSettings.PATH
                      + ".sync.queue-max = "
                      + settings.sync().queueMax(),
                  engines.load(best).retryAfterMillis()));
    } else {
      request.reply().heldBy(engines.load(best));
      uses.used(request.modelId(), System.nanoTime());
      engines.tell(best, new EngineCommand.Take(request.with(model)));
    }
  }

  /** Brings a model that somebody waits for closer: resolves it, then loads it somewhere. */
  private void provide(String modelId) {
    long now = System.nanoTime();
    if (!models.containsKey(modelId)) {
      if (descriptors.containsKey(modelId)) {
        lobby.refuse(modelId, TextModels.unsuitable(descriptors.get(modelId)));
      } else {
        open(modelId);
      }
      return;
    }
    if (!residency.isLoading(modelId)
        && seats.values().stream().noneMatch(seat -> seat.up() && seat.holds(modelId))) {
      residency
          .best(modelId, seats.values(), device -> engines.load(device).total(), now)
          .ifPresent(seat -> load(modelId, seat.deviceId()));
    }
    residency
        .hopeless(modelId, seats.values(), now)
        .or(() -> handoff.cancelled(seats.values()))
        .ifPresent(why -> lobby.refuse(modelId, why));
  }

  /** What an engine has comes back to the next life; the lobby does not. */
  private Behavior<InferenceCommand> onRestart() {
    lobby.refuseAll(gone("begins anew"));
    return Behaviors.same();
  }

  /** The engines have ended by now, and what they handed back comes too late. */
  private Behavior<InferenceCommand> onStop() {
    unanswered.forEach(reply -> reply.refuse(gone("stops")));
    return Behaviors.same();
  }

  private static Refusal gone(String what) {
    return Refusal.busy("The inference domain " + what, RETRY_AFTER.toMillis());
  }

  private void readmit() {
    lobby.leave(this::servable).forEach(this::route);
  }

  private boolean servable(SyncRequest request) {
    return models.containsKey(request.modelId())
        && engines.leastLoaded(seats.values(), request) != null;
  }

  // ---- models

  private void open(String modelId) {
    if (opening.putIfAbsent(modelId, true) == null) {
      ctx.askWithStatus(
          ModelDescriptor.class,
          others.model(),
          RESOLVE_TIMEOUT,
          replyTo -> new ModelCommand.Resolve(modelId, replyTo),
          (descriptor, failure) ->
              failure != null
                  ? new Opened(modelId, null, failure)
                  : new Resolved(modelId, descriptor));
    }
  }

  /** Opening a tokenizer reads files, and unpacks a library the first time. */
  private Behavior<InferenceCommand> onResolved(Resolved resolved) {
    if (resolved.descriptor().text() == null) {
      opening.remove(resolved.modelId());
      descriptors.put(resolved.modelId(), resolved.descriptor());
      if (lobby.waitsFor(resolved.modelId())) {
        provide(resolved.modelId());
      }
      serveTurns();
      return Behaviors.same();
    }
    ctx.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> others.textModels().of(resolved.descriptor()), blocking),
        (model, failure) -> new Opened(resolved.modelId(), model, failure));
    return Behaviors.same();
  }

  private Behavior<InferenceCommand> onOpened(Opened opened) {
    opening.remove(opened.modelId());
    if (opened.failure() == null) {
      models.put(opened.modelId(), opened.model());
      descriptors.put(opened.modelId(), opened.model().descriptor());
      provide(opened.modelId());
      readmit();
      serveTurns();
    } else {
      Refusal why = Refusal.from(unwrapped(opened.failure()), "model_unavailable");
      lobby.refuse(opened.modelId(), why);
      turns.refuse(opened.modelId(), why);
    }
    return Behaviors.same();
  }

  /** What no device holds any more may come back as another version: it is resolved anew. */
  private void forgetUnloaded(DeviceSeat before) {
    Predicate<String> unloaded =
        id -> before.holds(id) && seats.values().stream().noneMatch(seat -> seat.holds(id));
    models.keySet().removeIf(unloaded);
    // A descriptor without its text model would say that it is none.
    descriptors.keySet().removeIf(unloaded);
  }

  private void load(String modelId, String deviceId) {
    residency.started(modelId, deviceId);
    coordination.loads(descriptors.get(modelId), deviceId, turns.waitingFor(modelId));
    ctx.askWithStatus(
        ModelDescriptor.class,
        others.model(),
        settings.loadTimeout(),
        replyTo -> new ModelCommand.EnsureLoaded(modelId, deviceId, replyTo),
        (descriptor, failure) -> new LoadEnded(modelId, deviceId, failure));
  }

  private Behavior<InferenceCommand> onLoadEnded(LoadEnded ended) {
    if (ended.failure() == null) {
      residency.loaded(ended.modelId(), ended.deviceId());
      seats.computeIfPresent(
          ended.deviceId(), (id, seat) -> seat.up() ? seat.withModel(ended.modelId()) : seat);
      tellSeat(ended.deviceId());
      readmit();
    } else {
      Refusal why = Refusal.from(unwrapped(ended.failure()), "model_loading_failure");
      ctx.getLog()
          .warn(
              "Model not loaded model={} device={} code={} cause={}",
              ended.modelId(),
              ended.deviceId(),
              why.code(),
              why.getMessage());
      residency.refused(ended.modelId(), ended.deviceId(), why, System.nanoTime());
      if (lobby.waitsFor(ended.modelId())) {
        provide(ended.modelId());
      }
      startTicking();
    }
    serveTurns();
    return Behaviors.same();
  }

  // ---- turns

  private Behavior<InferenceCommand> onRequestTurn(InferenceCommand.RequestTurn request) {
    if (turns.request(request)) {
      ctx.watchWith(request.replyTo(), new HolderGone(request.replyTo()));
      uses.held(request);
      serveTurns();
      startTicking();
    }
    return Behaviors.same();
  }

  private Behavior<InferenceCommand> onHolderGone(HolderGone gone) {
    return replan(() -> turns.of(gone.holder()).forEach(this::releaseTurn));
  }

  private void serveTurns() {
    for (String modelId : turns.modelsWanted()) {
      if (descriptors.containsKey(modelId)) {
        spread(modelId);
      } else {
        open(modelId);
      }
    }
    turns.serve(frozen.planned(seats.values()), descriptors, System.nanoTime());
  }

  /** Accepted work runs on every device that has memory for its model. */
  private void spread(String modelId) {
    long now = System.nanoTime();
    residency
        .candidates(modelId, frozen.planned(seats.values()), now)
        .forEach(seat -> load(modelId, seat.deviceId()));
    residency.hopeless(modelId, seats.values(), now).ifPresent(why -> turns.refuse(modelId, why));
  }

  private Behavior<InferenceCommand> onUseTurn(InferenceCommand.UseTurn use) {
    if (turns.yields(use.turnId(), seats, descriptors.keySet())) {
      // Its holder asks for another one, and goes on when those before it are served.
      use.replyTo().tell(new InferenceCommand.TurnReply.Outcome.NotSent(use.turnId()));
      turns.over(use.turnId());
      serveTurns();
      return Behaviors.same();
    }
    int number = turns.use(use.turnId());
    TurnBook.Grant grant = number == 0 ? null : turns.grantOf(use.turnId());
    boolean sent =
        grant != null
            && engines.tell(
                grant.deviceId(),
                new EngineCommand.RunTurn(
                    use.turnId(), number, use.keep(), grant.epoch(), use.call(), use.replyTo()));
    if (sent) {
      return Behaviors.same();
    }
    use.replyTo().tell(new InferenceCommand.TurnReply.Outcome.NotSent(use.turnId()));
    if (grant != null) {
      turns.over(use.turnId());
    }
    return Behaviors.same();
  }

  private Behavior<InferenceCommand> onReleaseTurn(InferenceCommand.ReleaseTurn release) {
    return replan(() -> releaseTurn(release.turnId()));
  }

  /** Others may take the place of turns that go, or rest. */
  private Behavior<InferenceCommand> replan(Runnable change) {
    change.run();
    serveTurns();
    return Behaviors.same();
  }

  private void releaseTurn(String turnId) {
    TurnBook.Grant running = turns.release(turnId);
    if (running == null) {
      return;
    }
    if (!engines.tell(running.deviceId(), new EngineCommand.CancelTurn(turnId))) {
      turns.over(turnId);
    }
  }

  // ---- questions

  private Behavior<InferenceCommand> onGetFacts(InferenceCommand.GetFacts get) {
    List<WorkFacts.SeatFacts> known = seats.values().stream().map(DeviceSeat::facts).toList();
    get.replyTo()
        .tell(
            new InferenceCommand.Facts(
                known, turns.facts(), frozen.takeWork(seats.values()), turns.heldBack()));
    return Behaviors.same();
  }

  /** A seat without the model sends nothing there that needs it: what was to go there waits. */
  private Behavior<InferenceCommand> onOutage(OutageNotice notice) {
    frozen.on(notice);
    if (notice instanceof OutageNotice.ModelStateChanged changed) {
      seats.computeIfPresent(changed.deviceId(), (id, seat) -> seat.after(changed));
      tellSeat(changed.deviceId());
      changed.confirm(NAME);
    }
    readmit();
    serveTurns();
    return Behaviors.same();
  }

  // ---- engines and devices

  private Behavior<InferenceCommand> onReported(Reported reported) {
    if (reported.report() instanceof Report.TurnUsed used) {
      turns.ended(used.turnId(), used.use(), used.keep(), System.nanoTime());
      // A turn that was given back while its call ran is over now, whatever the call would have.
      if (turns.grantOf(used.turnId()) == null) {
        serveTurns();
      }
    } else if (reported.report() instanceof Report.TurnOver over) {
      turns.over(over.turnId());
      serveTurns();
    } else if (reported.report() instanceof Report.Displaced displaced) {
      onDisplaced(displaced);
    } else if (reported.report() instanceof Report.Started started) {
      tellSeat(started.deviceId());
    }
    return Behaviors.same();
  }

  private void onDisplaced(Report.Displaced displaced) {
    if (displaced.modelMissing()) {
      seats.computeIfPresent(
          displaced.deviceId(), (id, seat) -> seat.withoutModel(displaced.request().modelId()));
    }
    route(displaced.request());
  }

  private Behavior<InferenceCommand> onSignalled(Signalled signalled) {
    DeviceSignal signal = signalled.signal();
    String deviceId = signal.deviceId();
    DeviceSeat before = seats.getOrDefault(deviceId, DeviceSeat.absent(deviceId));
    DeviceSeat now = handoff.marked(before.after(signal));
    seats.put(deviceId, now);
    // A successor may come up without what was unloaded while there was no worker.
    if (signal instanceof DeviceSignal.ModelsChanged || signal instanceof DeviceSignal.WorkerUp) {
      forgetUnloaded(before);
    }
    if (!engines.runs(deviceId)) {
      engines.start(deviceId);
    }
    tellSeat(deviceId);
    if (signal instanceof DeviceSignal.WorkerDown down) {
      turns.epochLost(deviceId, down.epoch());
      engines.tell(deviceId, new EngineCommand.Died(down.epoch(), down.report(), down.cause()));
    }
    if (now.up()) {
      lobby.models().forEach(this::provide);
      readmit();
    } else if (now.standing() == DeviceSeat.Standing.FAILED) {
      lobby.models().forEach(this::provide);
    }
    serveTurns();
    routes.changed(seats.values(), descriptors);
    return Behaviors.same();
  }

  /** A device that is isolated gets nothing new; what waits goes elsewhere, or waits for it. */
  private Behavior<InferenceCommand> onModes() {
    seats.replaceAll((id, seat) -> handoff.marked(seat));
    DeviceHandoff.way(seats.values(), true)
        .ifPresent(way -> ctx.getLog().info("turns of kept devices: {}", way.code()));
    seats.keySet().forEach(this::tellSeat);
    lobby.models().forEach(this::provide);
    readmit();
    serveTurns();
    return Behaviors.same();
  }

  private Behavior<InferenceCommand> onEngineStopped(Terminated stopped) {
    engines
        .stopped(stopped.getRef())
        .ifPresent(
            deviceId -> {
              ctx.getLog().warn("Engine stopped, starting it clean device={}", deviceId);
              timers.startSingleTimer(deviceId, new Respawn(deviceId), RESPAWN_DELAY);
            });
    return Behaviors.same();
  }

  private Behavior<InferenceCommand> onRespawn(Respawn respawn) {
    engines.start(respawn.deviceId());
    readmit();
    return Behaviors.same();
  }

  private void tellSeat(String deviceId) {
    if (seats.containsKey(deviceId)) {
      engines.tell(deviceId, new EngineCommand.Seat(seats.get(deviceId)));
    }
  }

  // ---- time

  private void startTicking() {
    if (!timers.isTimerActive(Tick.class)) {
      timers.startTimerWithFixedDelay(Tick.class, new Tick(), TICK);
    }
  }

  private Behavior<InferenceCommand> onTick() {
    long now = System.nanoTime();
    lobby.expire(now);
    lobby.models().forEach(this::provide);
    turns.idle(now).forEach(this::releaseTurn);
    serveTurns();
    if (lobby.isEmpty() && turns.isEmpty()) {
      timers.cancel(Tick.class);
    }
    return Behaviors.same();
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
