package io.mainstay.actors.model;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.RestrictionsLifted;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand.CarryOut;
import io.mainstay.actors.model.ModelCommand.EnsureLoaded;
import io.mainstay.actors.model.ModelCommand.FindAlternatives;
import io.mainstay.actors.model.ModelCommand.Hold;
import io.mainstay.actors.model.ModelCommand.ListModels;
import io.mainstay.actors.model.ModelCommand.ModelList;
import io.mainstay.actors.model.ModelCommand.Pin;
import io.mainstay.actors.model.ModelCommand.Rescan;
import io.mainstay.actors.model.ModelCommand.Resolve;
import io.mainstay.actors.model.ModelCommand.ResolveUsable;
import io.mainstay.actors.model.ModelCommand.Show;
import io.mainstay.actors.model.ModelCommand.Unload;
import io.mainstay.actors.model.ModelCommand.Unpin;
import io.mainstay.actors.model.ModelCommand.Used;
import io.mainstay.actors.model.ModelCommand.Verified;
import io.mainstay.actors.model.ModelCommand.Verify;
import io.mainstay.actors.model.cache.ModelCache;
import io.mainstay.actors.model.load.DeviceRoom;
import io.mainstay.actors.model.load.LeaseBoard;
import io.mainstay.actors.model.load.LoadDesk;
import io.mainstay.actors.model.load.LoadPort;
import io.mainstay.actors.model.load.LoadRefusals;
import io.mainstay.actors.model.registry.CacheInspector;
import io.mainstay.actors.model.registry.ModelRegistry;
import io.mainstay.actors.model.registry.ModelScanner;
import io.mainstay.actors.model.registry.ModelVerifier;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.actors.model.use.IdleModels;
import io.mainstay.actors.state.source.NodeTelling;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaStep;
import io.mainstay.persistence.saga.SagaWork;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Root of the model domain: what models there are ({@link ModelShelf}), where each is and the loads
 * that take them there ({@link LoadDesk}, {@link UnloadDesk}), who uses them. States: scanning
 * (everything waits), serving.
 */
public final class ModelSupervisor {
  private static final int STASH_MAX = 4096;

  private record Scanned(List<ScannedModel> models, Throwable failure) implements ModelNotice {}

  private record Verdicts(
      List<ModelVerifier.Verdict> verdicts,
      Throwable failure,
      ActorRef<StatusReply<Verified>> replyTo)
      implements ModelNotice {}

  private record RoomKnown(
      ModelDescriptor model,
      MemoryCommand.LedgerList memories,
      ActorRef<StatusReply<ModelDescriptor>> replyTo)
      implements ModelNotice {}

  private record Signalled(DeviceSignal signal) implements ModelNotice {}

  private record HolderGone(String holder) implements ModelNotice {}

  /** Modes were entered or left, or what they demand is lifted. */
  private record ModesTold() implements ModelNotice {}

  private record LookForIdle() implements ModelNotice {}

  private final ActorContext<ModelCommand> context;
  private final StashBuffer<ModelCommand> stash;
  private final ModelSettings settings;
  private final ModelCollaborators collaborators;
  private final ModelScanner scanner;
  private final ModelVerifier verifier;
  private final Executor blocking;
  private final ModelShelf shelf;
  private final LoadDesk loads;
  private final UnloadDesk unloads;
  private final ParkedUnloads parked;
  private final Failovers failovers;
  private final LeaseBoard leases = new LeaseBoard();
  private final List<ActorRef<ModelList>> rescanners = new ArrayList<>();

  private final PinnedUnloads pinned;
  private final ModeGate gate;
  private final BrokenModels broken;
  private final CacheDesk cached;
  private boolean verifying;

  private ModelSupervisor(
      ActorContext<ModelCommand> context,
      TimerScheduler<ModelCommand> timers,
      StashBuffer<ModelCommand> stash,
      ModelSettings settings,
      ModelCollaborators collaborators) {
    this.context = context;
    this.stash = stash;
    this.settings = settings;
    this.collaborators = collaborators;
    this.scanner = new ModelScanner(settings, collaborators.resources());
    this.verifier = new ModelVerifier(settings, collaborators.resources());
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.shelf = new ModelShelf(new ModelCache(context, blocking, settings.ramCacheBytes()));
    LoadPort port =
        new LoadPort(
            collaborators.memory(),
            collaborators.devices(),
            collaborators.transactions(),
            scanner,
            blocking,
            leases);
    this.loads = new LoadDesk(context, timers, settings, collaborators, port, shelf);
    this.unloads = new UnloadDesk(context, settings, port, loads);
    this.parked = new ParkedUnloads(loads, settings);
    this.failovers = new Failovers(context, loads);
    this.pinned = new PinnedUnloads(timers, settings);
    this.gate =
        new ModeGate(
            context.getSystem(),
            settings,
            shelf,
            loads,
            unloads::isUnloading,
            this::unloadEverywhere);
    this.broken =
        new BrokenModels(
            model ->
                ModelFaults.of(context.getSystem())
                    .broken(model.id(), model.kind(), model.problem()));
    this.cached =
        new CacheDesk(
            context,
            blocking,
            new CacheInspector(settings, collaborators.resources()),
            shelf,
            loads,
            broken);
    shelf.whenBlamed(broken::saidOfLoad);
    InForce.subscribe(
        context.getSystem(), context.messageAdapter(ModeChanged.class, changed -> new ModesTold()));
    InForce.subscribeLifted(
        context.getSystem(),
        context.messageAdapter(RestrictionsLifted.class, lifted -> new ModesTold()));
    gate.changed();
    scan();
    timers.startTimerWithFixedDelay(new LookForIdle(), settings.idleLook(), settings.idleLook());
    collaborators
        .devices()
        .tell(
            new DeviceCommand.Subscribe(
                context.messageAdapter(DeviceSignal.class, Signalled::new)));
  }

  /** The domain; it scans at once and answers when it knows its models. */
  public static Behavior<ModelCommand> create(
      ModelSettings settings, ModelCollaborators collaborators) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    Behaviors.withStash(
                        STASH_MAX,
                        stash ->
                            new ModelSupervisor(context, timers, stash, settings, collaborators)
                                .scanning())));
  }

  private Behavior<ModelCommand> scanning() {
    return Behaviors.receive(ModelCommand.class)
        .onMessage(Scanned.class, scanned -> stash.unstashAll(afterScan(scanned)))
        .onAnyMessage(
            early -> {
              stash.stash(early);
              return Behaviors.same();
            })
        .onSignal(PreRestart.class, restart -> leave())
        .onSignal(PostStop.class, stop -> leave())
        .build();
  }

  private Behavior<ModelCommand> serving() {
    return Behaviors.receive(ModelCommand.class)
        .onMessage(ListModels.class, this::onListModels)
        .onMessage(Show.class, this::onShow)
        .onMessage(Resolve.class, this::onResolve)
        .onMessage(ResolveUsable.class, this::onResolveUsable)
        .onMessage(RoomKnown.class, this::onRoomKnown)
        .onMessage(FindAlternatives.class, this::onFindAlternatives)
        .onMessage(Verify.class, this::onVerify)
        .onMessage(Verdicts.class, this::onVerdicts)
        .onMessage(Rescan.class, this::onRescan)
        .onMessage(Scanned.class, this::afterScan)
        .onMessage(EnsureLoaded.class, this::onEnsureLoaded)
        .onMessage(CarryOut.class, this::onCarryOut)
        .onMessage(ModelCommand.Freeze.class, this::onFreeze)
        .onMessage(ModelCommand.Thaw.class, this::onThaw)
        .onMessage(ModelCommand.FailOver.class, this::onFailOver)
        .onMessage(Failovers.LoadOver.class, this::onMoveOver)
        .onMessage(ModelCommand.Compare.class, this::onCompare)
        .onMessage(ModelCommand.Reconcile.class, this::onReconcile)
        .onMessage(ModelCommand.GetFacts.class, this::onGetFacts)
        .onMessage(ModelCommand.Believe.class, this::onBelieve)
        .onMessage(ModelCommand.TendLease.class, this::onTendLease)
        .onMessage(CacheCommand.class, asked -> told(() -> cached.on(asked)))
        .onMessage(CacheNotice.class, notice -> told(() -> cached.on(notice)))
        .onMessage(ModelCommand.TrimCache.class, this::onTrimCache)
        .onMessage(LoadDesk.Notice.class, this::onLoadNotice)
        .onMessage(Unload.class, this::onUnload)
        .onMessage(UnloadDesk.Ended.class, this::onUnloadEnded)
        .onMessage(PinnedUnloads.Overdue.class, this::onUnloadOverdue)
        .onMessage(Hold.class, this::onHold)
        .onMessage(Used.class, this::onUsed)
        .onMessage(Pin.class, this::onPin)
        .onMessage(Unpin.class, this::onUnpin)
        .onMessage(HolderGone.class, this::onHolderGone)
        .onMessage(LookForIdle.class, look -> onLookForIdle())
        .onMessage(Signalled.class, this::onSignalled)
        .onMessage(ModelCache.Filled.class, this::onFilled)
        .onMessage(ModesTold.class, told -> onModes())
        .onSignal(PreRestart.class, restart -> leave())
        .onSignal(PostStop.class, stop -> leave())
        .onSignal(ChildFailed.class, this::onChildFailed)
        .build();
  }

  // --- what models there are ---

  private void scan() {
    context.pipeToSelf(CompletableFuture.supplyAsync(scanner::scan, blocking), Scanned::new);
  }

  private Behavior<ModelCommand> afterScan(Scanned scanned) {
    if (scanned.failure() != null) {
      throw new IllegalStateException("The models cannot be scanned", scanned.failure());
    }
    shelf.scanned(scanned.models(), this::isResident);
    shelf
        .problems()
        .forEach(problem -> context.getLog().warn("model has a problem reason={}", problem.text()));
    broken.scanned(shelf.registry().models().values(), shelf.ids());
    context.getLog().info("models scanned found={}", String.join(",", shelf.ids()));
    loads.retryAll();
    retireVersions();
    rescanners.forEach(rescanner -> rescanner.tell(models()));
    rescanners.clear();
    return serving();
  }

  private Behavior<ModelCommand> onRescan(Rescan rescan) {
    rescanners.add(rescan.replyTo());
    if (rescanners.size() == 1) {
      scan();
    }
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onListModels(ListModels list) {
    list.replyTo().tell(models());
    return Behaviors.same();
  }

  private ModelList models() {
    return new ModelList(shelf.registry().views(this::residence));
  }

  private ModelRegistry.Residence residence(String id) {
    return Details.residence(id, loads, shelf.use(), shelf.cache().bytes(id), shelf.warnings(id));
  }

  private Behavior<ModelCommand> onShow(Show show) {
    answer(
        show.replyTo(),
        () -> {
          ScannedModel model = shelf.scanned(show.modelId());
          return Details.of(
              model,
              residence(model.id()),
              loads,
              shelf.use(),
              shelf.versions(),
              shelf.dependents(model.id(), settings.templates()),
              shelf.alternatives(model.id()));
        });
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onResolve(Resolve resolve) {
    answer(resolve.replyTo(), () -> shelf.descriptor(resolve.modelId()));
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onResolveUsable(ResolveUsable resolve) {
    ModelDescriptor model;
    try {
      model = shelf.descriptor(resolve.modelId());
    } catch (Refusal refusal) {
      resolve.replyTo().tell(StatusReply.error(refusal));
      return Behaviors.same();
    }
    context.ask(
        MemoryCommand.LedgerList.class,
        collaborators.memory(),
        settings.answerTimeout(),
        MemoryCommand.ListLedgers::new,
        (memories, failure) -> new RoomKnown(model, memories, resolve.replyTo()));
    return Behaviors.same();
  }

  /** Where the ledgers are not known the load will tell. */
  private Behavior<ModelCommand> onRoomKnown(RoomKnown known) {
    Optional<Refusal> tooLarge =
        Optional.ofNullable(known.memories())
            .flatMap(memories -> DeviceRoom.never(known.model(), memories));
    tooLarge.ifPresent(
        why -> ModelFaults.of(context.getSystem()).notLoaded(known.model().id(), why, ""));
    Optional<Refusal> never = tooLarge.or(() -> gate.refusal(known.model()));
    known
        .replyTo()
        .tell(
            never
                .map(StatusReply::<ModelDescriptor>error)
                .orElse(StatusReply.success(known.model())));
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onFindAlternatives(FindAlternatives find) {
    answer(find.replyTo(), () -> shelf.alternatives(find.modelId()));
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onVerify(Verify verify) {
    if (verifying) {
      verify
          .replyTo()
          .tell(
              StatusReply.error(
                  Refusal.busy(
                      "models are being verified, one request at a time",
                      settings.retryAfter().toMillis())));
      return Behaviors.same();
    }
    List<ScannedModel> models;
    try {
      models =
          verify.modelId().isEmpty()
              ? List.copyOf(shelf.registry().models().values())
              : List.of(shelf.scanned(verify.modelId()));
    } catch (Refusal refusal) {
      verify.replyTo().tell(StatusReply.error(refusal));
      return Behaviors.same();
    }
    verifying = true;
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> verifier.verify(models), blocking),
        (verdicts, failure) -> new Verdicts(verdicts, failure, verify.replyTo()));
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onVerdicts(Verdicts found) {
    verifying = false;
    if (found.failure() != null) {
      found
          .replyTo()
          .tell(
              StatusReply.error(
                  Refusal.of(
                      "verification_failed",
                      "the models cannot be verified: " + found.failure(),
                      "See the node's log for the cause")));
      return Behaviors.same();
    }
    for (ModelVerifier.Verdict verdict : found.verdicts()) {
      broken.found(verdict.model());
      if (verdict.model() instanceof ScannedModel.Broken bad) {
        context.getLog().warn("model broken reason={}", bad.problem().text());
        shelf.blame(bad.id(), bad.problem());
      }
    }
    found
        .replyTo()
        .tell(
            StatusReply.success(
                new Verified(
                    found.verdicts().stream().map(ModelVerifier.Verdict::verification).toList())));
    return Behaviors.same();
  }

  private static Behavior<ModelCommand> told(Runnable taken) {
    taken.run();
    return Behaviors.same();
  }

  private static <T> void answer(ActorRef<StatusReply<T>> replyTo, Supplier<T> answer) {
    try {
      replyTo.tell(StatusReply.success(answer.get()));
    } catch (Refusal refusal) {
      replyTo.tell(StatusReply.error(refusal));
    }
  }

  // --- taking them to devices and away ---

  private Behavior<ModelCommand> onEnsureLoaded(EnsureLoaded ensure) {
    shelf.used(ensure.modelId(), now());
    if (gate.admits(ensure)) {
      load(ensure);
    }
    return Behaviors.same();
  }

  private void load(EnsureLoaded ensure) {
    if (!unloads.defer(ensure)) {
      loads.ensure(ensure);
    }
  }

  private Behavior<ModelCommand> onModes() {
    gate.changed();
    gate.again(this::load);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onCarryOut(CarryOut carryOut) {
    if (carryOut.work() instanceof SagaWork.Do step && step.step() == SagaStep.LOAD) {
      tellLoad((SagaPlan.ModelLoad) step.plan());
    }
    loads.carryOut(carryOut.work());
    return Behaviors.same();
  }

  private void tellLoad(SagaPlan.ModelLoad plan) {
    if (shelf.registry().models().get(plan.modelId()) instanceof ScannedModel.Sound) {
      ModelDescriptor model = shelf.descriptor(plan.modelId());
      NodeTelling.of(context.getSystem())
          .load(
              model.id(),
              plan.bytes(),
              shelf.cache().bytes(model.id()) > 0,
              model.components().stream().map(ModelDescriptor.Component::name).toList());
    }
  }

  private Behavior<ModelCommand> onGetFacts(ModelCommand.GetFacts get) {
    get.replyTo().tell(shelf.facts(loads.facts(), leases.holders()));
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onBelieve(ModelCommand.Believe believe) {
    loads.believe(believe.deviceId(), believe.models());
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onTendLease(ModelCommand.TendLease tend) {
    loads.tend(tend);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onLoadNotice(LoadDesk.Notice notice) {
    loads.on(notice);
    promoteVersions();
    if (notice.endsLoad()) {
      gate.again(this::load);
    }
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onFreeze(ModelCommand.Freeze freeze) {
    loads.freeze(freeze);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onThaw(ModelCommand.Thaw thaw) {
    loads.thaw(thaw.deviceId());
    parked.leave().forEach(this::onUnload);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onFailOver(ModelCommand.FailOver failOver) {
    failovers.begin(failOver);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onMoveOver(Failovers.LoadOver over) {
    failovers.on(over);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onCompare(ModelCommand.Compare compare) {
    loads.compare(compare);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onReconcile(ModelCommand.Reconcile reconcile) {
    loads.reconcile(reconcile);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onUnload(Unload unload) {
    if (parked.park(unload)) {
      pinned.left(unload);
      return Behaviors.same();
    }
    List<String> holders = shelf.use().holders(unload.modelId());
    boolean unknown =
        !shelf.ids().contains(unload.modelId())
            && loads.residences().spots(unload.modelId()).isEmpty();
    if (unknown) {
      answer(
          unload.replyTo(),
          () -> {
            shelf.registry().scanned(unload.modelId());
            throw new IllegalStateException("Known after all: " + unload.modelId());
          });
    } else if (holders.isEmpty() || pinned.isLoad(holders) && unloads.isLoading(unload)) {
      unloads.unload(unload);
    } else if (pinned.park(unload, holders)) {
      return Behaviors.same();
    } else {
      unload.replyTo().tell(StatusReply.error(LoadRefusals.inUse(unload.modelId(), holders)));
    }
    pinned.left(unload);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onUnloadOverdue(PinnedUnloads.Overdue overdue) {
    pinned.on(overdue);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onUnloadEnded(UnloadDesk.Ended ended) {
    List<EnsureLoaded> deferred = unloads.on(ended);
    promoteVersions();
    gate.again(this::load);
    deferred.stream().filter(gate::admits).forEach(this::load);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onSignalled(Signalled signalled) {
    loads.on(signalled.signal());
    if (signalled.signal() instanceof DeviceSignal.WorkerUp up) {
      failovers.servesAgain(up.deviceId());
    }
    promoteVersions();
    return Behaviors.same();
  }

  // --- who uses them ---

  private Behavior<ModelCommand> onHold(Hold hold) {
    String holder = hold.holder().path().toSerializationFormat();
    if (shelf.hold(holder, hold.modelId(), hold.name(), now())) {
      context.watchWith(hold.holder(), new HolderGone(holder));
    }
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onPin(Pin pin) {
    answer(
        pin.replyTo(),
        () -> {
          ModelDescriptor model = shelf.descriptor(pin.modelId());
          if (pin.bytesMax() > 0 && model.bytes() > pin.bytesMax()) {
            throw Refusal.of(
                "model_larger_than_reserved",
                "the files of "
                    + model.id()
                    + " have "
                    + model.bytes()
                    + " bytes; "
                    + pin.bytesMax()
                    + " were reserved",
                "Reserve at least the model's size");
          }
          shelf.hold(pin.holder(), pin.modelId(), pin.holder(), now());
          shelf.cache().keep(model);
          return model;
        });
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onUnpin(Unpin unpin) {
    shelf.letGo(unpin.holder(), now());
    retireVersions();
    unpin.replyTo().tell(Done.getInstance());
    pinned.parked().forEach(this::onUnload);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onUsed(Used used) {
    shelf.used(used.modelId(), now());
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onHolderGone(HolderGone gone) {
    shelf.letGo(gone.holder(), now());
    retireVersions();
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onFilled(ModelCache.Filled filled) {
    shelf.cache().on(filled);
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onTrimCache(ModelCommand.TrimCache trim) {
    trim.replyTo()
        .tell(shelf.cache().trim(trim.keep(), id -> !trim.heldToo() && shelf.use().isHeld(id)));
    return Behaviors.same();
  }

  /** Who waits asks again: nothing of it is known to the next life of the domain. */
  private Behavior<ModelCommand> leave() {
    shelf.cache().close();
    Refusal gone =
        Refusal.busy("the model domain begins anew or stops", settings.retryAfter().toMillis());
    stash.forEach(early -> refuse(early, gone));
    gate.leave(gone);
    loads.leave(gone);
    unloads.leave(gone);
    parked.leave().forEach(unload -> refuse(unload, gone));
    pinned.parked().forEach(unload -> refuse(unload, gone));
    return Behaviors.same();
  }

  private static void refuse(ModelCommand asked, Refusal gone) {
    if (asked instanceof EnsureLoaded ensure) {
      ensure.replyTo().tell(StatusReply.error(gone));
    } else if (asked instanceof Unload unload) {
      unload.replyTo().tell(StatusReply.error(gone));
    }
  }

  private Behavior<ModelCommand> onLookForIdle() {
    retireVersions();
    double factor = InForce.on(context.getSystem()).memory().cleanupFactor();
    settings
        .idleUnload()
        .map(after -> Duration.ofMillis(Math.round(after.toMillis() / factor)))
        .ifPresent(this::unloadIdle);
    return Behaviors.same();
  }

  private void unloadIdle(Duration after) {
    List<String> mayGo =
        loads.residences().loadedModels().stream()
            .filter(id -> !shelf.isBundled(id) && !unloads.isUnloading(id))
            .toList();
    IdleModels idle = IdleModels.look(shelf.use(), mayGo, after, now());
    shelf.seen(idle.use());
    for (String id : idle.due()) {
      context.getLog().info("model idle model={} unused={}", id, after);
      unloadEverywhere(id);
    }
  }

  /**
   * A version that waits takes the place of one that nobody holds; workers that still have the old
   * one unload it, and who asks for it meanwhile waits for that.
   */
  private void retireVersions() {
    for (String id : shelf.versions().waiting().keySet()) {
      boolean held = shelf.use().isHeld(id) || loads.residences().isComing(id);
      if (!held) {
        promote(id);
        unloadEverywhere(id);
      }
    }
  }

  /** The same where no worker has the old one any more, such as after a death. */
  private void promoteVersions() {
    shelf.versions().waiting().keySet().stream()
        .filter(id -> !isResident(id))
        .forEach(this::promote);
  }

  private void promote(String id) {
    shelf
        .promote(id)
        .ifPresent(
            model ->
                context.getLog().info("model replaced model={} version={}", id, model.version()));
  }

  private boolean isResident(String id) {
    return !loads.residences().devices(id).isEmpty() || loads.residences().isComing(id);
  }

  private void unloadEverywhere(String id) {
    Unload unload = new Unload(id, "", context.getSystem().ignoreRef());
    if (!parked.park(unload)) {
      unloads.unload(unload);
    }
  }

  private Behavior<ModelCommand> onChildFailed(ChildFailed failed) {
    throw new IllegalStateException(
        "The model domain gives up: " + failed.getRef().path().name() + " spent its restart budget",
        failed.cause());
  }

  private Instant now() {
    return collaborators.clock().instant();
  }
}
