package io.mainstay.actors.model.load;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelBounds;
import io.mainstay.actors.model.ModelCollaborators;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelFaults;
import io.mainstay.actors.model.ModelNotice;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.persistence.saga.SagaOutcome;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaStep;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.saga.StepOutcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes models to devices for the {@code ModelSupervisor}, whose thread it is confined to: loads
 * are sagas, one at a time for each device; who asks for a model that is on its way joins.
 */
public final class LoadDesk {
  /** What the desk is told through the supervisor. */
  public interface Notice extends ModelNotice {
    /** Whether a load is over with it, so that others may begin. */
    default boolean endsLoad() {
      return false;
    }
  }

  private record DevicesKnown(String deviceId, DeviceCommand.DeviceList devices, Throwable failure)
      implements Notice {}

  private record LoadEnded(Key key, String sagaId, SagaOutcome outcome, Throwable failure)
      implements Notice {
    @Override
    public boolean endsLoad() {
      return true;
    }
  }

  private record Refused(Loader.StepRefused step) implements Notice {}

  private record Staged(LoadStage stage) implements Notice {}

  private record WaitOver(Key key) implements Notice {}

  private final ActorContext<ModelCommand> context;
  private final TimerScheduler<ModelCommand> timers;
  private final ModelSettings settings;
  private final ModelCollaborators collaborators;
  private final Catalog catalog;
  private final LoadPort port;
  private final ModelFaults faults;
  private final DeviceComparison comparison;
  private final ReadAhead readAhead;
  private final Waiters waiters = new Waiters();
  private final Map<String, ActorRef<Loader.Command>> loaders = new HashMap<>();
  private final Map<String, Loader.StepRefused> stepRefusals = new HashMap<>();
  private final Map<Key, LoadStage> stages = new HashMap<>();
  private final Set<String> devicesAsked = new HashSet<>();
  private final Set<String> frozen = new HashSet<>();

  /** Until when a saga that asked for a step last may ask for the next one. */
  private final Map<Key, Instant> carried = new HashMap<>();

  private Residences residences = Residences.empty();
  private LoadQueue queue = LoadQueue.empty();

  /** What the desk asks of the registry, and tells it. */
  public interface Catalog {
    /**
     * The model of that id.
     *
     * @throws Refusal if there is none, or it is broken
     */
    ModelDescriptor descriptor(String modelId);

    /** A load found a file of the model at fault. */
    void blame(String modelId, ModelProblem problem);

    /** Who uses the model, for people. */
    List<String> dependents(String modelId);

    /** A worker could not load that component of the model; another may. */
    void suspect(String modelId, String component);

    /** A load wants the model's files in memory. */
    void cache(String modelId);

    /** It does not any more; answers the bytes that were let go. */
    long uncache(String modelId);

    /** Bytes of the model's files that are in memory. */
    long cachedBytes(String modelId);

    /** A load of the model succeeded. */
    void loaded(String modelId);
  }

  /** The desk of that supervisor. */
  public LoadDesk(
      ActorContext<ModelCommand> context,
      TimerScheduler<ModelCommand> timers,
      ModelSettings settings,
      ModelCollaborators collaborators,
      LoadPort port,
      Catalog catalog) {
    this.context = context;
    this.timers = timers;
    this.settings = settings;
    this.collaborators = collaborators;
    this.port = port;
    this.faults = ModelFaults.of(context.getSystem());
    this.catalog = catalog;
    this.comparison =
        new DeviceComparison(context, collaborators, settings.answerTimeout(), new Beliefs());
    this.readAhead =
        new ReadAhead(
            catalog, ModelBounds.of(context.getSystem().settings().config()).readAheadsMax());
  }

  /** Where each model is. */
  public Residences residences() {
    return residences;
  }

  /** How far the load of that model is, if one runs there. */
  public Optional<LoadStage> stage(Key key) {
    return Optional.ofNullable(stages.get(key));
  }

  /** Failures are forgotten: the next who asks tries again. */
  public void retryAll() {
    residences = residences.retryAll();
  }

  /** The same of one model. */
  public void retry(String modelId) {
    residences = residences.retryModel(modelId);
  }

  /** Makes sure that the model is there, and answers then. */
  public void ensure(ModelCommand.EnsureLoaded ensure) {
    Key key = new Key(ensure.modelId(), ensure.deviceId());
    ModelDescriptor model;
    try {
      model = catalog.descriptor(ensure.modelId());
    } catch (Refusal refusal) {
      ensure.replyTo().tell(StatusReply.error(refusal));
      return;
    }
    Residences.Answer answer = residences.ensure(key, now());
    if (answer instanceof Residences.Ready) {
      ensure.replyTo().tell(StatusReply.success(model));
    } else if (answer instanceof Residences.Refuse refuse) {
      ensure.replyTo().tell(StatusReply.error(refuse.refusal()));
    } else {
      join(key, ensure.replyTo(), answer instanceof Residences.Start);
    }
  }

  /** A step of a load saga. */
  public void carryOut(SagaWork work) {
    if (work instanceof SagaWork.Undo undo) {
      SagaPlan.ModelLoad plan = (SagaPlan.ModelLoad) undo.plan();
      if (undo.step() == SagaStep.CACHE) {
        undo.replyTo()
            .tell(new StepOutcome.Succeeded(readAhead.letGo(undo.sagaId(), plan, residences)));
      } else {
        loader(plan.deviceId()).tell(new Loader.TakeBack(undo));
      }
      return;
    }
    if (work instanceof SagaWork.Verify look) {
      SagaPlan.ModelLoad plan = (SagaPlan.ModelLoad) look.plan();
      loader(plan.deviceId())
          .tell(new Loader.LookAfter(look, readAhead.stray(look.sagaId(), plan, residences)));
      return;
    }
    if (!(work instanceof SagaWork.Do)) {
      throw new IllegalArgumentException("No work for the model domain: " + work);
    }
    SagaWork.Do step = (SagaWork.Do) work;
    SagaPlan.ModelLoad plan = (SagaPlan.ModelLoad) step.plan();
    carried.put(new Key(plan.modelId(), plan.deviceId()), now().plus(settings.loadDeadline()));
    try {
      ModelDescriptor model = catalog.descriptor(plan.modelId());
      if (step.step() == SagaStep.CACHE) {
        readAhead.ask(step.sagaId(), plan);
      }
      loader(plan.deviceId()).tell(new Loader.Perform(step, model));
    } catch (Refusal refusal) {
      stepRefusals.put(step.sagaId(), new Loader.StepRefused(step.sagaId(), refusal, ""));
      step.replyTo().tell(new StepOutcome.Failed(refusal.code(), refusal.getMessage()));
    }
  }

  /**
   * Where each model is; loading too where a saga of an earlier life of this node takes it, which
   * has no place of its own.
   */
  public List<ModelFacts.Residence> facts() {
    return residences.facts(sagasCarry());
  }

  private Set<Key> sagasCarry() {
    carried.values().removeIf(until -> until.isBefore(now()));
    return carried.keySet();
  }

  /** The lease of loading, as the one who looks after leases wants it. */
  public void tend(ModelCommand.TendLease tend) {
    loader(tend.deviceId())
        .tell(tend.free() ? new Loader.Ended(tend.sagaId()) : new Loader.LoseLease(tend.sagaId()));
  }

  /** Follows a word that no device said. */
  public void believe(String deviceId, Set<String> models) {
    follow(residences.holds(deviceId, models));
  }

  /** The model is off the device, and its memory given back. */
  public void unloaded(Key key) {
    carried.remove(key);
    if (!residences.isLoading(key)) {
      residences = residences.unloaded(key).retry(key.deviceId());
    }
    settleWaiters();
  }

  /** What the desk told itself. */
  public void on(Notice notice) {
    if (notice instanceof DevicesKnown known) {
      onDevicesKnown(known);
    } else if (notice instanceof LoadEnded load) {
      onLoadEnded(load);
    } else if (notice instanceof Refused refused) {
      stepRefusals.put(refused.step().sagaId(), refused.step());
    } else if (notice instanceof Staged staged) {
      Key key = new Key(staged.stage().modelId(), staged.stage().deviceId());
      if (residences.isLoading(key)) {
        stages.put(key, staged.stage());
      }
    } else if (notice instanceof WaitOver over) {
      onWaitOver(over.key());
    } else {
      comparison.on(notice);
    }
  }

  /** Whether loads and unloads of that device wait. */
  public boolean isFrozen(String deviceId) {
    return frozen.contains(deviceId);
  }

  /** Loads onto the device wait, for so long at most. */
  public void freeze(ModelCommand.Freeze freeze) {
    frozen.add(freeze.deviceId());
    timers.startSingleTimer(
        "freeze " + freeze.deviceId(), new ModelCommand.Thaw(freeze.deviceId()), freeze.longest());
  }

  /** What waited begins. */
  public void thaw(String deviceId) {
    timers.cancel("freeze " + deviceId);
    if (frozen.remove(deviceId)) {
      advance(deviceId);
    }
  }

  /** What waits for the device is refused. Answers the models that it alone had. */
  public List<String> giveUp(String deviceId, String reason) {
    List<String> orphans = residences.onlyOn(deviceId);
    Refusal refusal = LoadRefusals.failedOver(deviceId, reason);
    residences = residences.deviceFailed(deviceId, refusal);
    refuseQueued(deviceId, refusal);
    settleWaiters();
    return orphans;
  }

  /** Nobody knows after this who waits: all are refused. Loads that run are left to their sagas. */
  public void leave(Refusal refusal) {
    waiters.keys().forEach(key -> refuse(key, refusal));
  }

  /** Compares both sides, and changes nothing. */
  public void compare(ModelCommand.Compare compare) {
    comparison.compare(compare.deviceId(), compare.replyTo());
  }

  /** Compares both sides, repairs, looks again, answers. */
  public void reconcile(ModelCommand.Reconcile reconcile) {
    comparison.reconcile(reconcile.deviceId(), reconcile.replyTo());
  }

  /** What this desk believes, for comparisons. */
  private final class Beliefs implements DeviceComparison.Books {
    @Override
    public Map<String, String> believed(String deviceId) {
      Map<String, String> believed = residences.statesOn(deviceId);
      // What a saga of an earlier life takes there has no place of its own: left to the saga.
      sagasCarry().stream()
          .filter(key -> key.deviceId().equals(deviceId))
          .forEach(key -> believed.putIfAbsent(key.modelId(), "loading"));
      return believed;
    }

    @Override
    public List<String> dependents(String modelId) {
      return catalog.dependents(modelId);
    }

    @Override
    public long memoryBytes(String modelId) {
      return catalog.descriptor(modelId).memoryBytes();
    }

    @Override
    public void isAbsent(Key key) {
      Refusal refusal = LoadRefusals.notHeld(key);
      residences = residences.failed(key, refusal, now().plus(settings.retryAfter()));
      if (!residences.neededBeside(key)) {
        catalog.uncache(key.modelId());
      }
      refuse(key, refusal);
    }

    @Override
    public void holds(String deviceId, Set<String> models) {
      follow(residences.holds(deviceId, models));
    }
  }

  private void refuseQueued(String deviceId, Refusal refusal) {
    List<Key> waiting = queue.waitingFor(deviceId);
    queue = queue.cleared(deviceId);
    for (Key key : waiting) {
      residences = residences.unloaded(key);
      refuse(key, refusal);
    }
  }

  /** Follows the devices. */
  public void on(DeviceSignal signal) {
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
  }

  private void join(Key key, ActorRef<StatusReply<ModelDescriptor>> waiter, boolean start) {
    if (waiters.of(key) >= settings.waitersMax()) {
      waiter.tell(
          StatusReply.error(
              Refusal.busy(
                  waiters.of(key)
                      + " already wait for "
                      + key.modelId()
                      + " on "
                      + key.deviceId()
                      + ", the most that mainstay.model.waiters-max allows",
                  settings.retryAfter().toMillis())));
      return;
    }
    waiters.add(key, waiter);
    if (start) {
      start(key);
    } else if (!residences.isLoading(key)) {
      // Its device recovers; a load has its own bound.
      timers.startSingleTimer(key, new WaitOver(key), settings.loadDeadline());
    }
  }

  private void start(Key key) {
    if (queue.waiting(key.deviceId()) >= settings.loadsQueuedMax()) {
      Refusal full = LoadRefusals.queueFull(key.deviceId(), settings.loadsQueuedMax());
      faults.notLoaded(key.modelId(), full, "");
      refuse(key, full);
      return;
    }
    residences = residences.loading(key);
    queue = queue.with(key);
    advance(key.deviceId());
  }

  /** Starts the next load of a device, if none runs there. */
  private void advance(String deviceId) {
    if (frozen.contains(deviceId)) {
      return; // What waits is bounded, and begins with the thaw.
    }
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
      model = catalog.descriptor(key.modelId());
    } catch (Refusal refusal) {
      // Found broken while it was queued.
      ended(key, refusal, "");
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

  private void onDevicesKnown(DevicesKnown known) {
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
      return;
    }
    // Every load queued for it meets the same.
    refuseQueued(known.deviceId(), refusal.get());
  }

  private void onLoadEnded(LoadEnded load) {
    Key key = load.key();
    Optional<Loader.StepRefused> told = Optional.ofNullable(stepRefusals.remove(load.sagaId()));
    stages.remove(key);
    carried.remove(key);
    readAhead.ended(load.sagaId());
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
      catalog.loaded(key.modelId());
      settleWaiters();
      advance(key.deviceId());
      return;
    }
    ended(
        key,
        LoadRefusals.ofSaga(
            key.modelId(),
            key.deviceId(),
            load.sagaId(),
            load.outcome(),
            told.map(Loader.StepRefused::refusal),
            load.failure()),
        told.map(Loader.StepRefused::component).orElse(""));
    if (load.outcome() != null && load.outcome().end() == SagaOutcome.End.COMPENSATED) {
      faults.takenBack(key.modelId(), load.outcome());
    }
  }

  /** A load did not succeed: remembered, answered, and the next one begins. */
  private void ended(Key key, Refusal refusal, String component) {
    context
        .getLog()
        .warn(
            "model load failed model={} device={} code={} reason={}",
            key.modelId(),
            key.deviceId(),
            refusal.code(),
            refusal.getMessage());
    faults.notLoaded(key.modelId(), refusal, component);
    queue = queue.ended(key);
    Optional<ModelFaultCode> code = ModelFaultCode.of(refusal.code());
    boolean blamesFile = code.isPresent() && code.get().blamesFile();
    if (blamesFile) {
      catalog.blame(
          key.modelId(),
          new ModelProblem(code.get(), refusal.getMessage(), refusal.remedy(), component));
    } else if (!component.isEmpty()) {
      catalog.suspect(key.modelId(), component);
    }
    residences =
        LoadRefusals.isOfTheMoment(refusal)
            ? residences.unloaded(key)
            : residences.failed(
                key, refusal, blamesFile ? Instant.MAX : now().plus(settings.retryAfter()));
    refuse(key, refusal);
    advance(key.deviceId());
  }

  private void follow(Residences.Followed followed) {
    residences = followed.next();
    followed.vanished().forEach(this::release);
    settleWaiters();
  }

  private void release(Key key) {
    giveBack(key);
    residences = residences.retry(key.deviceId());
  }

  private void giveBack(Key key) {
    collaborators
        .memory()
        .tell(
            new MemoryCommand.Release(
                key.deviceId(), Loader.owner(key.modelId()), context.getSystem().ignoreRef()));
  }

  private void onWaitOver(Key key) {
    if (waiters.waitFor(key) && !residences.isLoading(key)) {
      refuse(
          key,
          LoadRefusals.overdueLoad(
              key.modelId(), key.deviceId(), settings.loadDeadline(), "its device recovers"));
    }
  }

  /** After a change: who can be answered is, and what must be started anew is. */
  private void settleWaiters() {
    for (Key key : waiters.keys()) {
      Residences.Answer answer = residences.ensure(key, now());
      if (answer instanceof Residences.Ready) {
        answerReady(key);
      } else if (answer instanceof Residences.Refuse refuse) {
        refuse(key, refuse.refusal());
      } else if (answer instanceof Residences.Start) {
        start(key);
      }
    }
  }

  private void answerReady(Key key) {
    try {
      ModelDescriptor model = catalog.descriptor(key.modelId());
      timers.cancel(key);
      waiters.answer(key, model);
    } catch (Refusal refusal) {
      refuse(key, refusal);
    }
  }

  private void refuse(Key key, Refusal refusal) {
    timers.cancel(key);
    waiters.refuse(key, refusal);
  }

  private ActorRef<Loader.Command> loader(String deviceId) {
    return loaders.computeIfAbsent(
        deviceId,
        id -> {
          ActorRef<Loader.StepRefused> refusals =
              context.messageAdapter(Loader.StepRefused.class, Refused::new);
          ActorRef<LoadStage> progress = context.messageAdapter(LoadStage.class, Staged::new);
          ActorRef<Loader.Command> loader =
              context.spawn(
                  collaborators
                      .guard()
                      .guard(
                          Loader.Command.class,
                          Loader.create(id, settings, port, refusals, progress)),
                  "loader-" + id);
          context.watch(loader);
          return loader;
        });
  }

  private Instant now() {
    return collaborators.clock().instant();
  }
}
