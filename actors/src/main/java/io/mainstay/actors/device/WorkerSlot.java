package io.mainstay.actors.device;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.BehaviorBuilder;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.WorkerAccount;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.device.SlotEvent.Seat;
import io.mainstay.actors.device.verdict.Liveness;
import io.mainstay.actors.device.verdict.RestartBudget;
import io.mainstay.actors.device.verdict.StepTimes;
import io.mainstay.actors.device.worker.ArenaUse;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.WorkerFaults;
import io.mainstay.actors.state.source.WorkerTelling;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps one native worker process alive and its models loaded. States: idle, starting, loading,
 * serving, suspected, waiting (for the next launch), failed (budget spent), draining, stopped.
 * Launches again by itself after each death; decides by {@link Liveness}, {@link
 * io.mainstay.actors.device.verdict.ProgressWatch} and {@link RestartBudget}. Ends its process when
 * it is stopped or restarted itself.
 */
final class WorkerSlot {
  sealed interface Command {}

  /** Launch a worker. Only the first one counts. */
  record Start() implements Command {}

  /** From now on have exactly these models, in this worker and in all that follow. */
  record Want(List<LoadCall> models) implements Command {}

  /**
   * Arm a failure in the present worker; when standing, in all that follow as well.
   *
   * @param replyTo null for none
   */
  record Arm(ArmedFault fault, boolean standing, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** Workers that follow are launched without standing faults. */
  record Disarm() implements Command {}

  /** That death was a request's doing: do not count it, and do not wait because of it. */
  record Forgive(long epoch) implements Command {}

  /** Do not wait any longer before the next launch. */
  record LaunchNow() implements Command {}

  /** Finish what is in flight, then end. Answered by {@link SlotEvent.Emptied}. */
  record Drain(Duration deadline) implements Command {}

  /** Say what there is. */
  record Inspect(ActorRef<DeviceInspection.Said> to) implements Command {}

  /** Tell the device again what models the worker has. */
  record Recount() implements Command {}

  /** Take back spans of the arena that no call holds; see {@code WorkerControl}. */
  record ReclaimLeases(long epoch, long leasesTaken) implements Command {}

  /** Put that wrong: a fault to be found. */
  record PutWrong(SlotHarm harm) implements Command {}

  /** The books take what that incarnation says of itself, if it is at rest. */
  record TakeAccount(long epoch) implements Command {}

  /** The transaction is off: give up what that incarnation reserves for it. */
  record AbortInWorker(long epoch, String transactionId) implements Command {}

  /** End that incarnation; a successor follows. */
  record Replace(long epoch, String why) implements Command {}

  private record Beat() implements Command {}

  record Greeted(long epoch, WorkerIdentity identity) implements Command {}

  record Heard(long epoch, PongReport pong) implements Command {}

  record MemoryTold(long epoch, long usedBytes) implements Command {}

  record HealthTold(long epoch) implements Command {}

  record Ended(long epoch, DeathReport report, int inFlight) implements Command {}

  private record LoadTold(long epoch, String modelId, LoadProgress progress) implements Command {}

  private record LoadEnded(
      long epoch, LoadCall call, LoadCall used, CallOutcome<LoadedModel> outcome)
      implements Command {}

  private record UnloadEnded(long epoch, String modelId, CallOutcome<Long> outcome)
      implements Command {}

  private record Accounted(long epoch, WorkerStateReport report) implements Command {}

  private record WaitOver() implements Command {}

  /** When a command that came between two workers may be tried again. */
  private static final long RETRY_MILLIS = 500;

  private final Seat seat;
  private final DeviceDefinition device;
  private final DeviceCollaborators with;
  private final StepTimes times;
  private final DeviceConditions conditions;
  private final OptimizedCopies copies;
  private final ActorRef<SlotEvent> parent;
  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;

  private final List<ArmedFault> standing = new ArrayList<>();
  private ModelPlan plan = ModelPlan.empty();
  private RestartBudget budget;
  private Incarnation worker;
  private WorkerTelling telling;
  private long lastEpoch;
  private boolean everGreeted;
  private boolean up;

  /** The load that the worker is busy with, as sent; null for none. */
  private LoadCall loading;

  private boolean unloading;

  private WorkerSlot(
      Seat seat,
      DeviceDefinition device,
      DeviceCollaborators with,
      StepTimes times,
      OptimizedCopies copies,
      ActorRef<SlotEvent> parent,
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers) {
    this.seat = seat;
    this.device = device;
    this.with = with;
    this.times = times;
    this.conditions = new DeviceConditions(ctx.getSystem(), device.id(), times);
    this.copies = copies;
    this.parent = parent;
    this.ctx = ctx;
    this.timers = timers;
    this.budget = RestartBudget.full(with.settings().restart());
  }

  /** A slot that says {@link SlotEvent.Born} and waits to be started. */
  static Behavior<Command> create(
      Seat seat,
      DeviceDefinition device,
      DeviceCollaborators with,
      StepTimes times,
      OptimizedCopies copies,
      ActorRef<SlotEvent> parent) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  parent.tell(new SlotEvent.Born(seat));
                  return new WorkerSlot(seat, device, with, times, copies, parent, ctx, timers)
                      .idle();
                }));
  }

  private Behavior<Command> idle() {
    return Behaviors.receive(Command.class)
        .onMessage(Start.class, start -> launch())
        .onMessage(Want.class, this::onWant)
        .onMessage(Arm.class, this::onArm)
        .onMessage(Disarm.class, this::onDisarm)
        .onMessage(Drain.class, this::onDrain)
        .onMessage(Inspect.class, this::onInspect)
        .onAnyMessage(late -> Behaviors.same()) // From the worker of an earlier life of this slot.
        .build();
  }

  private Behavior<Command> starting() {
    return living().onMessage(Greeted.class, this::onGreeted).build();
  }

  private Behavior<Command> loading() {
    return living().build();
  }

  private Behavior<Command> serving() {
    return living().build();
  }

  private Behavior<Command> suspected() {
    return living().build();
  }

  private Behavior<Command> waiting() {
    return withoutWorker().build();
  }

  private Behavior<Command> failed() {
    return withoutWorker().build();
  }

  private BehaviorBuilder<Command> withoutWorker() {
    return state()
        .onMessage(WaitOver.class, over -> launch())
        .onMessage(
            LaunchNow.class,
            now -> {
              timers.cancel(new WaitOver());
              return launch();
            });
  }

  private Behavior<Command> draining() {
    return Behaviors.receive(Command.class)
        .onMessage(Ended.class, this::onDrained)
        .onMessage(Inspect.class, this::onInspect)
        .onAnyMessage(ignored -> Behaviors.same()) // We leave: nothing else matters any more.
        .onSignal(PostStop.class, signal -> onEnd())
        .onSignal(PreRestart.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> stopped() {
    return Behaviors.receive(Command.class)
        .onMessage(
            Drain.class,
            again -> {
              parent.tell(new SlotEvent.Emptied(seat, Optional.empty()));
              return Behaviors.same();
            })
        .onMessage(Inspect.class, this::onInspect)
        .onAnyMessage(ignored -> Behaviors.same()) // There is no worker to do anything with.
        .build();
  }

  /** What every state with or without a worker answers. Late words of dead workers end here. */
  private BehaviorBuilder<Command> state() {
    return Behaviors.receive(Command.class)
        .onMessage(Want.class, this::onWant)
        .onMessage(Arm.class, this::onArm)
        .onMessage(Disarm.class, this::onDisarm)
        .onMessage(Forgive.class, this::onForgive)
        .onMessage(Inspect.class, this::onInspect)
        .onMessage(Recount.class, this::onRecount)
        .onMessage(ReclaimLeases.class, this::onReclaimLeases)
        .onMessage(PutWrong.class, this::onPutWrong)
        .onMessage(TakeAccount.class, this::onTakeAccount)
        .onMessage(Accounted.class, this::onAccounted)
        .onMessage(AbortInWorker.class, this::onAbortInWorker)
        .onMessage(Replace.class, this::onReplace)
        .onMessage(Start.class, again -> Behaviors.same()) // It was started before.
        .onMessage(Drain.class, this::onDrain)
        .onMessage(Heard.class, this::onHeard)
        .onMessage(MemoryTold.class, this::onMemoryTold)
        .onMessage(HealthTold.class, this::onHealthTold)
        .onMessage(LoadTold.class, this::onLoadTold)
        .onMessage(LoadEnded.class, this::onLoadEnded)
        .onMessage(UnloadEnded.class, this::onUnloadEnded)
        .onMessage(Ended.class, this::onEnded)
        .onSignal(PostStop.class, signal -> onEnd())
        .onSignal(PreRestart.class, signal -> onEnd());
  }

  private BehaviorBuilder<Command> living() {
    return state()
        .onMessage(Beat.class, beat -> onBeat())
        .onMessage(LaunchNow.class, now -> Behaviors.same()); // It has a worker.
  }

  private Behavior<Command> launch() {
    long epoch = with.epochs().next();
    lastEpoch = epoch;
    timers.cancelAll();
    telling = new WorkerTelling(device.id(), epoch, Clock.systemUTC(), with.settings().health());
    WorkerVoice voice = new WorkerVoice(seat, epoch, telling, conditions, ctx.getSelf(), parent);
    worker =
        new Incarnation(
            epoch,
            with.nanoTime().getAsLong(),
            with.launcher().launch(with.settings().launch().spec(device, epoch), voice),
            times,
            with.settings().progress());
    voice.speaksFor(worker);
    timers.startTimerAtFixedRate(new Beat(), with.settings().liveness().beat());
    return starting();
  }

  private Behavior<Command> onGreeted(Greeted hello) {
    if (stale(hello.epoch)) {
      return Behaviors.same();
    }
    everGreeted = true;
    announce(hello.identity.pid());
    long millis =
        worker.greeted(hello.identity, with.settings().liveness(), with.nanoTime().getAsLong());
    parent.tell(new SlotEvent.Greeted(seat, worker.epoch(), hello.identity, millis));
    standing.forEach(fault -> arm(fault, null));
    return nextStep(loading());
  }

  /** Brings the worker's models in line with the plan, one step at a time. */
  private Behavior<Command> nextStep(Behavior<Command> stay) {
    if (worker == null || worker.identity() == null || loading != null || unloading) {
      return stay;
    }
    Optional<String> superfluous = plan.nextUnload();
    if (superfluous.isPresent()) {
      unload(superfluous.get());
      return stay;
    }
    Optional<LoadCall> missing = plan.nextLoad();
    if (missing.isPresent()) {
      LoadCall used =
          InForce.on(ctx.getSystem()).optimizes()
              ? copies.prepared(missing.get(), worker.identity(), worker.epoch())
              : missing.get();
      load(missing.get(), used);
      return stay;
    }
    if (!up) {
      up = true;
      parent.tell(new SlotEvent.Up(seat, worker.port(), plan.has()));
      return serving();
    }
    return stay;
  }

  private void load(LoadCall call, LoadCall used) {
    long epoch = worker.epoch();
    ActorRef<Command> self = ctx.getSelf();
    loading = used;
    worker
        .port()
        .load(
            used,
            progress -> self.tell(new LoadTold(epoch, call.modelId(), progress)),
            outcome -> self.tell(new LoadEnded(epoch, call, used, outcome)));
  }

  private void unload(String modelId) {
    long epoch = worker.epoch();
    ActorRef<Command> self = ctx.getSelf();
    unloading = true;
    worker.port().unload(modelId, outcome -> self.tell(new UnloadEnded(epoch, modelId, outcome)));
  }

  private Behavior<Command> onLoadTold(LoadTold told) {
    if (!stale(told.epoch)) {
      parent.tell(new SlotEvent.Loading(seat, told.modelId, told.progress));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onLoadEnded(LoadEnded ended) {
    if (stale(ended.epoch) || ended.outcome instanceof CallOutcome.WorkerLost<LoadedModel>) {
      return Behaviors.same(); // The death itself is told by Ended.
    }
    worker.answered();
    loading = null;
    String modelId = ended.call.modelId();
    if (ended.outcome instanceof CallOutcome.Done<LoadedModel> done) {
      copies.keep(ended.call, ended.used, done.value(), worker.identity());
      plan = plan.loaded(modelId, done.value());
      parent.tell(new SlotEvent.Loaded(seat, ended.call, done.value(), plan.has()));
      if (!worker.identity().speaksState()) {
        parent.tell(new SlotEvent.Stated(seat, telling.ready(modelId, done.value())));
      }
    } else if (ended.outcome instanceof CallOutcome.Failed<LoadedModel> failed) {
      onLoadFailed(ended, failed.fault());
    }
    return nextStep(Behaviors.same());
  }

  private void onLoadFailed(LoadEnded ended, WorkerFault fault) {
    FaultVoice.of(ctx.getSystem())
        .raise(
            "device/" + device.id() + "/" + ended.call.modelId(),
            OptimizedCopies.usesCopy(ended.used)
                ? Optional.of(
                    Recognised.of(
                        ErrorNames.MODEL_CACHE_CORRUPTION,
                        "the optimized copy of "
                            + ended.call.modelId()
                            + " cannot be loaded: "
                            + fault.code()
                            + ", "
                            + fault.message()))
                : WorkerFaults.recognise(fault, WorkerFaults.Activity.LOADING),
            null);
    if (OptimizedCopies.usesCopy(ended.used)) {
      ctx.getLog()
          .warn(
              "load of optimized copy failed device={} model={} code={} detail={}",
              device.id(),
              ended.call.modelId(),
              fault.code(),
              fault.message());
      copies.discard(ended.call, worker.identity());
      load(ended.call, ended.call);
      return;
    }
    boolean memory =
        fault.code() == WorkerFaultCode.MEMORY_BUDGET_EXCEEDED
            || fault.code() == WorkerFaultCode.OUT_OF_MEMORY;
    refuse(
        ended.call.modelId(),
        Refusal.of(
            memory ? ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE : ErrorNames.MODEL_LOADING_FAILURE,
            "Model "
                + ended.call.modelId()
                + " was not loaded on "
                + device.id()
                + ": "
                + fault.code()
                + ", "
                + fault.message(),
            memory
                ? "Unload another model, or raise memory-budget of " + device.id()
                : "Check the model's files against their checksums and fetch them again"));
  }

  private void refuse(String modelId, Refusal refusal) {
    plan = plan.without(modelId);
    parent.tell(new SlotEvent.LoadRefused(seat, modelId, refusal));
  }

  private Behavior<Command> onUnloadEnded(UnloadEnded ended) {
    if (stale(ended.epoch) || ended.outcome instanceof CallOutcome.WorkerLost<Long>) {
      return Behaviors.same();
    }
    worker.answered();
    unloading = false;
    plan = plan.unloaded(ended.modelId);
    long freed = ended.outcome instanceof CallOutcome.Done<Long> done ? done.value() : 0;
    parent.tell(new SlotEvent.Unloaded(seat, ended.modelId, freed, plan.has()));
    if (!worker.identity().speaksState()) {
      parent.tell(new SlotEvent.Stated(seat, telling.unloaded(ended.modelId)));
    }
    return nextStep(Behaviors.same());
  }

  private Behavior<Command> onWant(Want want) {
    plan = plan.want(want.models);
    return nextStep(Behaviors.same());
  }

  private Behavior<Command> onBeat() {
    announce(0);
    if (worker.identity() == null) {
      return Behaviors.same(); // Until hello the launch has a limit of its own.
    }
    Liveness.Phase before = worker.phase();
    Liveness.Phase after =
        worker.beat(
            with.nanoTime().getAsLong(),
            with.settings().liveness().beat(),
            plan.reloadEstimateMillis());
    if (after == before) {
      return Behaviors.same();
    }
    String silence = "no answer to pings for " + worker.silentMillis() + " ms";
    if (after == Liveness.Phase.DEAD) {
      worker.kill(DeathCause.UNRESPONSIVE, silence);
      return Behaviors.same(); // Its end is told by Ended.
    }
    if (!up) {
      return Behaviors.same(); // Nobody else knows of it yet.
    }
    parent.tell(new SlotEvent.Suspected(seat, worker.epoch(), silence, worker.silentMillis()));
    return suspected();
  }

  private Behavior<Command> onHeard(Heard heard) {
    if (stale(heard.epoch)) {
      return Behaviors.same();
    }
    Liveness.Phase before = worker.phase();
    worker.heard(heard.pong);
    if (up && before == Liveness.Phase.SUSPECTED) {
      parent.tell(new SlotEvent.Cleared(seat, worker.epoch()));
      return serving();
    }
    return Behaviors.same();
  }

  private Behavior<Command> onMemoryTold(MemoryTold told) {
    if (!stale(told.epoch)) {
      worker.uses(told.usedBytes);
      tellVitals();
    }
    return Behaviors.same();
  }

  private Behavior<Command> onHealthTold(HealthTold told) {
    if (!stale(told.epoch)) {
      tellVitals();
    }
    return Behaviors.same();
  }

  private void tellVitals() {
    parent.tell(
        new SlotEvent.Vitals(seat, worker.epoch(), worker.residentBytes(), worker.queueDepth()));
  }

  private Behavior<Command> onEnded(Ended ended) {
    if (stale(ended.epoch)) {
      return Behaviors.same();
    }
    announce(ended.report.pid());
    Optional<String> deadly = Optional.ofNullable(loading).map(LoadCall::modelId);
    boolean proven = worker.proven();
    boolean firstLoad = deadly.isPresent() && !plan.reloadMillis().containsKey(deadly.get());
    if (loading != null && OptimizedCopies.usesCopy(loading)) {
      originalOf(loading).ifPresent(call -> copies.discard(call, worker.identity()));
    }
    plan = plan.workerGone(deadly);
    forgetWorker();
    RestartBudget.Outcome outcome =
        budget.died(with.nanoTime().getAsLong() / 1_000_000, proven, with.random().getAsDouble());
    // A model that was never loaded before is to blame itself: it has a limit of its own.
    budget = firstLoad ? outcome.next().forgiven() : outcome.next();
    Behavior<Command> next = after(ended, deadly.isPresent(), outcome.decision());
    deadly.ifPresent(this::refuseDeadly);
    return next;
  }

  private Behavior<Command> after(
      Ended ended, boolean wasLoading, RestartBudget.Decision decision) {
    boolean hopeless =
        ended.report.cause() == DeathCause.INCOMPATIBLE
            || ended.report.cause() == DeathCause.NOT_STARTED && !everGreeted;
    if (decision instanceof RestartBudget.Restart restart && !hopeless) {
      parent.tell(
          new SlotEvent.Died(seat, ended.report, ended.inFlight, wasLoading, restart.delay()));
      if (restart.delay().isZero()) {
        return launch();
      }
      timers.startSingleTimer(new WaitOver(), restart.delay());
      return waiting();
    }
    Duration retryAfter = with.settings().retryAfterFailure();
    parent.tell(
        new SlotEvent.GaveUp(
            seat,
            ended.report,
            ended.inFlight,
            wasLoading,
            budget.deathsMillis().size(),
            retryAfter));
    budget = RestartBudget.full(with.settings().restart());
    timers.startSingleTimer(new WaitOver(), retryAfter);
    return failed();
  }

  private void refuseDeadly(String modelId) {
    int deaths = plan.deathsLoading(modelId);
    if (deaths >= with.settings().loadAttempts()) {
      refuse(
          modelId,
          Refusal.of(
              ErrorNames.MODEL_LOADING_FAILURE,
              deaths
                  + " workers of "
                  + device.id()
                  + " died loading model "
                  + modelId
                  + "; the limit is mainstay.device.restart.load-attempts = "
                  + with.settings().loadAttempts(),
              "The model's file is likely damaged or needs more memory than "
                  + device.id()
                  + " has: check both, then load it again"));
    }
  }

  private Optional<LoadCall> originalOf(LoadCall used) {
    return plan.wanted().stream().filter(call -> call.modelId().equals(used.modelId())).findFirst();
  }

  private Behavior<Command> onArm(Arm arm) {
    if (arm.standing) {
      standing.add(arm.fault);
    }
    if (worker != null && worker.identity() != null) {
      arm(arm.fault, arm.replyTo);
    } else if (arm.replyTo != null) {
      arm.replyTo.tell(
          arm.standing
              ? StatusReply.success(Done.getInstance())
              : StatusReply.error(
                  Refusal.busy(
                      "Device " + device.id() + " has no worker to arm a fault in", RETRY_MILLIS)));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onDisarm(Disarm disarm) {
    standing.clear();
    return Behaviors.same();
  }

  private void arm(ArmedFault fault, ActorRef<StatusReply<Done>> replyTo) {
    String id = device.id();
    worker
        .control()
        .armFault(
            fault.fault(),
            fault.trigger(),
            fault.argument(),
            fault.marker(),
            outcome -> {
              if (replyTo != null) {
                replyTo.tell(armed(id, outcome));
              }
            });
  }

  private static StatusReply<Done> armed(String deviceId, CallOutcome<Void> outcome) {
    if (outcome instanceof CallOutcome.Done<Void>) {
      return StatusReply.success(Done.getInstance());
    }
    String why =
        outcome instanceof CallOutcome.Failed<Void> failed
            ? failed.fault().code() + ", " + failed.fault().message()
            : "the worker died first";
    return StatusReply.error(
        Refusal.of(
            "fault_not_armed",
            "No fault was armed on " + deviceId + ": " + why,
            "Start the node with mainstay.device.worker.fault-injection = on"));
  }

  private Behavior<Command> onForgive(Forgive forgive) {
    budget = budget.forgiven();
    boolean waitsForIt = worker == null && forgive.epoch == lastEpoch;
    return waitsForIt && timers.isTimerActive(new WaitOver()) ? launch() : Behaviors.same();
  }

  private Behavior<Command> onInspect(Inspect inspect) {
    boolean asks = up && worker != null && worker.identity().speaksState();
    inspect.to.tell(new DeviceInspection.OfSlot(device.id(), facts(), asks));
    if (asks) {
      String id = device.id();
      long epoch = worker.epoch();
      worker
          .port()
          .report(
              outcome ->
                  inspect.to.tell(new DeviceInspection.OfWorker(id, epoch, account(outcome))));
    }
    return Behaviors.same();
  }

  private static Optional<WorkerAccount> account(CallOutcome<WorkerStateReport> outcome) {
    if (outcome instanceof CallOutcome.Done<WorkerStateReport> done) {
      WorkerStateReport report = done.value();
      Map<String, Long> models = new HashMap<>();
      report.models().forEach(model -> models.put(model.modelId(), model.bytes()));
      Map<String, Long> reservations = new HashMap<>();
      report.reservations().forEach(each -> reservations.put(each.transactionId(), each.bytes()));
      return Optional.of(
          new WorkerAccount(
              models,
              report.accountedBytes(),
              reservations,
              report.arenaSegments(),
              report.arenaBytes()));
    }
    return Optional.empty();
  }

  private boolean isAtRest() {
    return up && loading == null && !unloading && plan.isFulfilled();
  }

  private Behavior<Command> onTakeAccount(TakeAccount take) {
    if (!stale(take.epoch) && isAtRest()) {
      ActorRef<Command> self = ctx.getSelf();
      worker
          .port()
          .report(
              outcome -> {
                if (outcome instanceof CallOutcome.Done<WorkerStateReport> done) {
                  self.tell(new Accounted(take.epoch, done.value()));
                }
              });
    }
    return Behaviors.same();
  }

  /** What the books lack is unloaded, what the worker lacks is loaded again. */
  private Behavior<Command> onAccounted(Accounted told) {
    if (stale(told.epoch) || !isAtRest()) {
      return Behaviors.same();
    }
    Map<String, LoadedModel> has = new HashMap<>();
    for (WorkerStateReport.Model model : told.report.models()) {
      has.put(
          model.modelId(),
          plan.loaded()
              .getOrDefault(
                  model.modelId(), new LoadedModel(model.bytes(), Duration.ZERO, List.of())));
    }
    if (!has.keySet().equals(plan.has())) {
      ctx.getLog()
          .warn(
              "books of the worker corrected device={} epoch={} believed={} loaded={}",
              device.id(),
              told.epoch,
              plan.has(),
              has.keySet());
      plan = plan.has(has);
      parent.tell(new SlotEvent.Recounted(seat, told.epoch, plan.has()));
    }
    return nextStep(Behaviors.same());
  }

  private Behavior<Command> onAbortInWorker(AbortInWorker abort) {
    if (!stale(abort.epoch) && up) {
      worker.port().abort(abort.transactionId, answered -> {}); // The next look sees.
    }
    return Behaviors.same();
  }

  private Behavior<Command> onPutWrong(PutWrong wrong) {
    if (wrong.harm instanceof SlotHarm.LoseLeases lose && worker != null) {
      SlotHarm.lose(lose, worker.control());
    } else if (wrong.harm instanceof SlotHarm.OfModels harm) {
      if (isAtRest()) {
        SlotHarm.change(harm, plan, worker.port());
      } else {
        harm.replyTo().tell(false);
      }
    }
    return Behaviors.same();
  }

  private DeviceFacts.SlotFacts facts() {
    if (worker == null) {
      return new DeviceFacts.SlotFacts(
          seat.name(), 0, 0, false, false, false, Map.of(), 0, 0, DeviceFacts.ArenaFacts.NONE);
    }
    Map<String, Long> bytes = new HashMap<>();
    plan.loaded().forEach((model, loaded) -> bytes.put(model, loaded.memoryBytes()));
    WorkerControl control = worker.control();
    // Spans before calls: a call that ends between the two gives its spans back first.
    ArenaUse arena = control.arenaUse();
    boolean busy = loading != null || unloading || !plan.isFulfilled();
    return new DeviceFacts.SlotFacts(
        seat.name(),
        worker.epoch(),
        control.pid(),
        worker.identity() != null,
        up,
        busy,
        bytes,
        worker.residentBytes(),
        control.pendingCalls(),
        new DeviceFacts.ArenaFacts(arena.capacityBytes(), arena.leasesOut(), arena.leasesTaken()));
  }

  private Behavior<Command> onRecount(Recount recount) {
    if (up) {
      parent.tell(new SlotEvent.Recounted(seat, worker.epoch(), plan.has()));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onReclaimLeases(ReclaimLeases reclaim) {
    if (!stale(reclaim.epoch)) {
      int leases = worker.control().reclaimLeases(reclaim.leasesTaken);
      ctx.getLog()
          .warn(
              "arena spans taken back device={} epoch={} leases={}",
              device.id(),
              reclaim.epoch,
              leases);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onReplace(Replace replace) {
    if (!stale(replace.epoch)) {
      worker.kill(DeathCause.STOPPED, replace.why);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onDrain(Drain drain) {
    timers.cancelAll();
    if (worker == null) {
      parent.tell(new SlotEvent.Emptied(seat, Optional.empty()));
      return stopped();
    }
    if (worker.identity() == null) {
      worker.control().close();
    } else {
      worker.control().drain(drain.deadline);
    }
    return draining();
  }

  private Behavior<Command> onDrained(Ended ended) {
    if (stale(ended.epoch)) {
      return Behaviors.same();
    }
    forgetWorker();
    parent.tell(new SlotEvent.Emptied(seat, Optional.of(ended.report)));
    return stopped();
  }

  private void forgetWorker() {
    timers.cancelAll();
    worker = null;
    loading = null;
    unloading = false;
    up = false;
  }

  private Behavior<Command> onEnd() {
    if (worker != null) {
      worker.control().close();
    }
    return Behaviors.same();
  }

  private void announce(long reportedPid) {
    long pid = worker.announcePid(reportedPid);
    if (pid != 0) {
      parent.tell(new SlotEvent.Launched(seat, worker.epoch(), pid));
    }
  }

  private boolean stale(long epoch) {
    return worker == null || worker.epoch() != epoch;
  }
}
