package io.mainstay.actors.model;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand.CarryOut;
import io.mainstay.actors.model.ModelCommand.EnsureLoaded;
import io.mainstay.actors.model.ModelCommand.ListModels;
import io.mainstay.actors.model.ModelCommand.ModelList;
import io.mainstay.actors.model.ModelCommand.Rescan;
import io.mainstay.actors.model.ModelCommand.Resolve;
import io.mainstay.actors.model.ModelCommand.Unload;
import io.mainstay.actors.model.load.LoadPort;
import io.mainstay.actors.model.load.LoadQueue;
import io.mainstay.actors.model.load.LoadRefusals;
import io.mainstay.actors.model.load.Loader;
import io.mainstay.actors.model.load.Residences;
import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.actors.model.registry.ModelRegistry;
import io.mainstay.actors.model.registry.ModelScanner;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.persistence.saga.SagaOutcome;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.saga.StepOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Root of the model domain: what models there are, where each is, and the loads that take them
 * there. States: scanning (everything waits), serving. Loads are sagas, one at a time for each
 * device; who asks for a model that is on its way joins.
 */
public final class ModelSupervisor {
  private static final int STASH_MAX = 4096;

  private record Scanned(List<ScannedModel> models, Throwable failure) implements ModelNotice {}

  private record DevicesKnown(String deviceId, DeviceCommand.DeviceList devices, Throwable failure)
      implements ModelNotice {}

  private record LoadEnded(Key key, String sagaId, SagaOutcome outcome, Throwable failure)
      implements ModelNotice {}

  private record Refused(Loader.StepRefused step) implements ModelNotice {}

  private record Signalled(DeviceSignal signal) implements ModelNotice {}

  private record Dropped(Unload unload, Long bytes, Throwable failure) implements ModelNotice {}

  private record WaitOver(Key key) implements ModelNotice {}

  private final ActorContext<ModelCommand> context;
  private final TimerScheduler<ModelCommand> timers;
  private final StashBuffer<ModelCommand> stash;
  private final ModelSettings settings;
  private final ModelCollaborators collaborators;
  private final ModelScanner scanner;
  private final Executor blocking;
  private final ActorRef<Loader.StepRefused> refusals;
  private final Map<String, ActorRef<Loader.Command>> loaders = new HashMap<>();
  private final Map<String, Refusal> stepRefusals = new HashMap<>();
  private final Map<Key, List<ActorRef<StatusReply<ModelDescriptor>>>> waiters = new HashMap<>();
  private final List<ActorRef<ModelList>> rescanners = new ArrayList<>();
  private final Set<String> devicesAsked = new HashSet<>();
  private ModelRegistry registry = ModelRegistry.of(List.of());
  private Residences residences = Residences.empty();
  private LoadQueue queue = LoadQueue.empty();

  private ModelSupervisor(
      ActorContext<ModelCommand> context,
      TimerScheduler<ModelCommand> timers,
      StashBuffer<ModelCommand> stash,
      ModelSettings settings,
      ModelCollaborators collaborators) {
    this.context = context;
    this.timers = timers;
    this.stash = stash;
    this.settings = settings;
    this.collaborators = collaborators;
    this.scanner = new ModelScanner(settings, collaborators.resources());
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.refusals = context.messageAdapter(Loader.StepRefused.class, Refused::new);
    scan();
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
        .build();
  }

  private Behavior<ModelCommand> serving() {
    return Behaviors.receive(ModelCommand.class)
        .onMessage(ListModels.class, this::onListModels)
        .onMessage(Resolve.class, this::onResolve)
        .onMessage(EnsureLoaded.class, this::onEnsureLoaded)
        .onMessage(Unload.class, this::onUnload)
        .onMessage(Rescan.class, this::onRescan)
        .onMessage(CarryOut.class, this::onCarryOut)
        .onMessage(Scanned.class, this::afterScan)
        .onMessage(DevicesKnown.class, this::onDevicesKnown)
        .onMessage(LoadEnded.class, this::onLoadEnded)
        .onMessage(Refused.class, this::onRefused)
        .onMessage(Signalled.class, this::onSignalled)
        .onMessage(Dropped.class, this::onDropped)
        .onMessage(WaitOver.class, this::onWaitOver)
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
    registry =
        ModelRegistry.of(scanned.models())
            .keeping(registry, id -> !residences.devices(id).isEmpty() || residences.isComing(id));
    registry
        .problems()
        .forEach(problem -> context.getLog().warn("model broken reason={}", problem.text()));
    context.getLog().info("models scanned found={}", String.join(",", registry.models().keySet()));
    residences = residences.retryAll();
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
    return new ModelList(
        registry.views(
            id -> new ModelRegistry.Residence(residences.isComing(id), residences.devices(id))));
  }

  private Behavior<ModelCommand> onResolve(Resolve resolve) {
    try {
      resolve.replyTo().tell(StatusReply.success(registry.descriptor(resolve.modelId())));
    } catch (Refusal refusal) {
      resolve.replyTo().tell(StatusReply.error(refusal));
    }
    return Behaviors.same();
  }

  // --- taking one to a device ---

  private Behavior<ModelCommand> onEnsureLoaded(EnsureLoaded ensure) {
    Key key = new Key(ensure.modelId(), ensure.deviceId());
    ModelDescriptor model;
    try {
      model = registry.descriptor(ensure.modelId());
    } catch (Refusal refusal) {
      ensure.replyTo().tell(StatusReply.error(refusal));
      return Behaviors.same();
    }
    Residences.Answer answer = residences.ensure(key, now());
    if (answer instanceof Residences.Ready) {
      ensure.replyTo().tell(StatusReply.success(model));
    } else if (answer instanceof Residences.Refuse refuse) {
      ensure.replyTo().tell(StatusReply.error(refuse.refusal()));
    } else {
      join(key, ensure.replyTo(), answer instanceof Residences.Start);
    }
    return Behaviors.same();
  }

  private void join(Key key, ActorRef<StatusReply<ModelDescriptor>> waiter, boolean start) {
    List<ActorRef<StatusReply<ModelDescriptor>>> waiting =
        waiters.computeIfAbsent(key, unused -> new ArrayList<>());
    if (waiting.size() >= settings.waitersMax()) {
      waiter.tell(
          StatusReply.error(
              Refusal.busy(
                  waiting.size()
                      + " already wait for "
                      + key.modelId()
                      + " on "
                      + key.deviceId()
                      + ", the most that mainstay.model.waiters-max allows",
                  settings.retryAfter().toMillis())));
      return;
    }
    waiting.add(waiter);
    if (start) {
      start(key);
    } else if (!residences.isLoading(key)) {
      // Its device recovers; a load has its own bound.
      timers.startSingleTimer(key, new WaitOver(key), settings.loadDeadline());
    }
  }

  private void start(Key key) {
    if (queue.waiting(key.deviceId()) >= settings.loadsQueuedMax()) {
      answer(key, LoadRefusals.queueFull(key.deviceId(), settings.loadsQueuedMax()));
      return;
    }
    residences = residences.loading(key);
    queue = queue.with(key);
    advance(key.deviceId());
  }

  /** Starts the next load of a device, if none runs there. */
  private void advance(String deviceId) {
    Optional<Key> next = queue.next(deviceId);
    if (next.isEmpty()) {
      return;
    }
    if (!loaders.containsKey(deviceId)) {
      // Devices are known by their own domain; a name that is none must not leave an actor behind.
      if (devicesAsked.add(deviceId)) {
        context.ask(
            DeviceCommand.DeviceList.class,
            collaborators.devices(),
            settings.answerTimeout(),
            DeviceCommand.ListDevices::new,
            (devices, failure) -> new DevicesKnown(deviceId, devices, failure));
      }
      return;
    }
    Key key = next.get();
    queue = queue.started(key);
    ModelDescriptor model;
    try {
      model = registry.descriptor(key.modelId());
    } catch (Refusal refusal) {
      // Found broken while it was queued.
      ended(key, refusal);
      return;
    }
    String sagaId = collaborators.sagas().nextId();
    SagaPlan.ModelLoad plan =
        new SagaPlan.ModelLoad(
            model.id(), model.version(), model.sha256(), deviceId, model.memoryBytes());
    context
        .getLog()
        .info("model load begins model={} device={} saga={}", model.id(), deviceId, sagaId);
    context.pipeToSelf(
        collaborators.sagas().carryThrough(sagaId, plan),
        (outcome, failure) -> new LoadEnded(key, sagaId, outcome, failure));
  }

  private Behavior<ModelCommand> onDevicesKnown(DevicesKnown known) {
    devicesAsked.remove(known.deviceId());
    Optional<Refusal> refusal = Optional.empty();
    if (known.failure() != null) {
      refusal =
          Optional.of(
              LoadRefusals.overdue(
                  "the device domain", "ListDevices", settings.answerTimeout(), known.failure()));
    } else {
      List<String> ids = known.devices().devices().stream().map(DeviceView::id).toList();
      if (ids.contains(known.deviceId())) {
        loader(known.deviceId());
      } else {
        refusal = Optional.of(LoadRefusals.unknownDevice(known.deviceId(), ids));
      }
    }
    if (refusal.isEmpty()) {
      advance(known.deviceId());
      return Behaviors.same();
    }
    // Every load queued for it meets the same.
    for (Optional<Key> next = queue.next(known.deviceId());
        next.isPresent();
        next = queue.next(known.deviceId())) {
      queue = queue.started(next.get()).ended(next.get());
      residences = residences.unloaded(next.get());
      answer(next.get(), refusal.get());
    }
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onLoadEnded(LoadEnded load) {
    Key key = load.key();
    Refusal told = stepRefusals.remove(load.sagaId());
    loader(key.deviceId()).tell(new Loader.Ended(load.sagaId()));
    if (load.outcome() != null && load.outcome().end() == SagaOutcome.End.COMPLETED) {
      context
          .getLog()
          .info(
              "model loaded model={} device={} saga={}",
              key.modelId(),
              key.deviceId(),
              load.sagaId());
      queue = queue.ended(key);
      residences = residences.loaded(key);
      settleWaiters();
      advance(key.deviceId());
      return Behaviors.same();
    }
    ended(
        key,
        LoadRefusals.ofSaga(
            key.modelId(),
            key.deviceId(),
            load.sagaId(),
            load.outcome(),
            Optional.ofNullable(told),
            load.failure()));
    return Behaviors.same();
  }

  /** A load did not succeed: remembered, answered, and the next one begins. */
  private void ended(Key key, Refusal refusal) {
    context
        .getLog()
        .warn(
            "model load failed model={} device={} code={} reason={}",
            key.modelId(),
            key.deviceId(),
            refusal.code(),
            refusal.getMessage());
    queue = queue.ended(key);
    Optional<ModelFaultCode> code = ModelFaultCode.of(refusal.code());
    boolean blamesFile = code.isPresent() && code.get().blamesFile();
    if (blamesFile && registry.models().get(key.modelId()) instanceof ScannedModel.Sound sound) {
      registry =
          registry.broken(
              sound.descriptor(),
              new ModelProblem(code.get(), refusal.getMessage(), refusal.remedy()));
    }
    residences =
        residences.failed(
            key, refusal, blamesFile ? Instant.MAX : now().plus(settings.retryAfter()));
    answer(key, refusal);
    advance(key.deviceId());
  }

  private Behavior<ModelCommand> onRefused(Refused refused) {
    stepRefusals.put(refused.step().sagaId(), refused.step().refusal());
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onCarryOut(CarryOut carryOut) {
    SagaWork work = carryOut.work();
    if (work instanceof SagaWork.Undo undo) {
      SagaPlan.ModelLoad plan = (SagaPlan.ModelLoad) undo.plan();
      loader(plan.deviceId()).tell(new Loader.TakeBack(undo));
      return Behaviors.same();
    }
    SagaWork.Do step = (SagaWork.Do) work;
    SagaPlan.ModelLoad plan = (SagaPlan.ModelLoad) step.plan();
    try {
      ModelDescriptor model = registry.descriptor(plan.modelId());
      loader(plan.deviceId()).tell(new Loader.Perform(step, model));
    } catch (Refusal refusal) {
      stepRefusals.put(step.sagaId(), refusal);
      step.replyTo().tell(new StepOutcome.Failed(refusal.code(), refusal.getMessage()));
    }
    return Behaviors.same();
  }

  // --- taking one away ---

  private Behavior<ModelCommand> onUnload(Unload unload) {
    Key key = new Key(unload.modelId(), unload.deviceId());
    if (residences.isLoading(key)) {
      unload.replyTo().tell(StatusReply.error(LoadRefusals.stillLoading(key)));
      return Behaviors.same();
    }
    context.askWithStatus(
        Long.class,
        collaborators.devices(),
        settings.answerTimeout(),
        replyTo -> new DeviceCommand.DropModel(unload.deviceId(), unload.modelId(), replyTo),
        (bytes, failure) -> new Dropped(unload, bytes, failure));
    return Behaviors.same();
  }

  private Behavior<ModelCommand> onDropped(Dropped dropped) {
    Unload unload = dropped.unload();
    if (dropped.failure() != null) {
      unload
          .replyTo()
          .tell(
              StatusReply.error(
                  LoadRefusals.overdue(
                      "the device domain",
                      "DropModel",
                      settings.answerTimeout(),
                      dropped.failure())));
      return Behaviors.same();
    }
    Key key = new Key(unload.modelId(), unload.deviceId());
    if (!residences.isLoading(key)) {
      residences = residences.unloaded(key);
      release(key);
    }
    unload.replyTo().tell(StatusReply.success(dropped.bytes()));
    settleWaiters();
    return Behaviors.same();
  }

  // --- following the devices ---

  private Behavior<ModelCommand> onSignalled(Signalled signalled) {
    DeviceSignal signal = signalled.signal();
    if (signal instanceof DeviceSignal.WorkerUp up) {
      follow(residences.workerUp(up.deviceId(), up.models()));
    } else if (signal instanceof DeviceSignal.ModelsChanged changed) {
      follow(residences.holds(changed.deviceId(), changed.models()));
    } else if (signal instanceof DeviceSignal.WorkerDown down) {
      residences = residences.workerDown(down.deviceId());
    } else if (signal instanceof DeviceSignal.DeviceFailed failed) {
      residences =
          residences.deviceFailed(
              failed.deviceId(),
              LoadRefusals.deviceFailed(failed.deviceId(), failed.reason(), failed.remedy()));
      settleWaiters();
    }
    // Suspicion changes nothing here: the models are where they are.
    return Behaviors.same();
  }

  private void follow(Residences.Followed followed) {
    residences = followed.next();
    followed.vanished().forEach(this::release);
    settleWaiters();
  }

  private void release(Key key) {
    collaborators
        .memory()
        .tell(
            new MemoryCommand.Release(
                key.deviceId(), Loader.owner(key.modelId()), context.getSystem().ignoreRef()));
    residences = residences.retry(key.deviceId());
  }

  private Behavior<ModelCommand> onWaitOver(WaitOver over) {
    if (waiters.containsKey(over.key()) && !residences.isLoading(over.key())) {
      answer(
          over.key(),
          LoadRefusals.overdueLoad(
              over.key().modelId(),
              over.key().deviceId(),
              settings.loadDeadline(),
              "its device recovers"));
    }
    return Behaviors.same();
  }

  // --- answering ---

  /** After a change: who can be answered is, and what must be started anew is. */
  private void settleWaiters() {
    for (Key key : List.copyOf(waiters.keySet())) {
      Residences.Answer answer = residences.ensure(key, now());
      if (answer instanceof Residences.Ready) {
        answerReady(key);
      } else if (answer instanceof Residences.Refuse refuse) {
        answer(key, refuse.refusal());
      } else if (answer instanceof Residences.Start) {
        start(key);
      }
    }
  }

  private void answerReady(Key key) {
    try {
      StatusReply<ModelDescriptor> reply = StatusReply.success(registry.descriptor(key.modelId()));
      take(key).forEach(waiter -> waiter.tell(reply));
    } catch (Refusal refusal) {
      answer(key, refusal);
    }
  }

  private void answer(Key key, Refusal refusal) {
    take(key).forEach(waiter -> waiter.tell(StatusReply.error(refusal)));
  }

  private List<ActorRef<StatusReply<ModelDescriptor>>> take(Key key) {
    timers.cancel(key);
    List<ActorRef<StatusReply<ModelDescriptor>>> waiting = waiters.remove(key);
    return waiting == null ? List.of() : waiting;
  }

  private ActorRef<Loader.Command> loader(String deviceId) {
    return loaders.computeIfAbsent(
        deviceId,
        id -> {
          LoadPort port =
              new LoadPort(collaborators.memory(), collaborators.devices(), scanner, blocking);
          ActorRef<Loader.Command> loader =
              context.spawn(
                  collaborators
                      .guard()
                      .guard(Loader.Command.class, Loader.create(id, settings, port, refusals)),
                  "loader-" + id);
          context.watch(loader);
          return loader;
        });
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
