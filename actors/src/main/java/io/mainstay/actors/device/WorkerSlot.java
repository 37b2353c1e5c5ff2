package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.BehaviorBuilder;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.device.SlotEvent.Seat;
import io.mainstay.actors.device.verdict.Liveness;
import io.mainstay.actors.device.verdict.RestartBudget;
import io.mainstay.actors.device.verdict.StepTimes;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.state.source.WorkerTelling;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Clock;
import java.time.Duration;
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
  private final Seat seat;
  private final DeviceDefinition device;
  private final DeviceCollaborators with;
  private final StepTimes times;
  private final DeviceConditions conditions;
  private final OptimizedCopies copies;
  private final ActorRef<SlotEvent> parent;
  private final ActorContext<SlotCommand> ctx;
  private final TimerScheduler<SlotCommand> timers;

  private final ArmedFaults faults;
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
      ActorContext<SlotCommand> ctx,
      TimerScheduler<SlotCommand> timers) {
    this.seat = seat;
    this.device = device;
    this.with = with;
    this.times = times;
    this.conditions = new DeviceConditions(ctx.getSystem(), device.id(), times);
    this.copies = copies;
    this.faults = new ArmedFaults(device.id());
    this.parent = parent;
    this.ctx = ctx;
    this.timers = timers;
    this.budget = RestartBudget.full(with.settings().restart());
  }

  /** A slot that says {@link SlotEvent.Born} and waits to be started. */
  static Behavior<SlotCommand> create(
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

  private Behavior<SlotCommand> idle() {
    return Behaviors.receive(SlotCommand.class)
        .onMessage(SlotCommand.Start.class, start -> launch())
        .onMessage(SlotCommand.Want.class, this::onWant)
        .onMessage(SlotCommand.Arm.class, this::onArm)
        .onMessage(SlotCommand.Disarm.class, this::onDisarm)
        .onMessage(SlotCommand.Drain.class, this::onDrain)
        .onMessage(SlotCommand.Inspect.class, this::onInspect)
        .onAnyMessage(late -> Behaviors.same()) // From the worker of an earlier life of this slot.
        .build();
  }

  private Behavior<SlotCommand> starting() {
    return living().onMessage(SlotCommand.Greeted.class, this::onGreeted).build();
  }

  private Behavior<SlotCommand> loading() {
    return living().build();
  }

  private Behavior<SlotCommand> serving() {
    return living().build();
  }

  private Behavior<SlotCommand> suspected() {
    return living().build();
  }

  private Behavior<SlotCommand> waiting() {
    return withoutWorker().build();
  }

  private Behavior<SlotCommand> failed() {
    return withoutWorker().build();
  }

  private BehaviorBuilder<SlotCommand> withoutWorker() {
    return state()
        .onMessage(SlotCommand.WaitOver.class, over -> launch())
        .onMessage(
            SlotCommand.LaunchNow.class,
            now -> {
              timers.cancel(new SlotCommand.WaitOver());
              return launch();
            });
  }

  private Behavior<SlotCommand> draining() {
    return Behaviors.receive(SlotCommand.class)
        .onMessage(SlotCommand.Ended.class, this::onDrained)
        .onMessage(SlotCommand.Inspect.class, this::onInspect)
        .onAnyMessage(ignored -> Behaviors.same()) // We leave: nothing else matters any more.
        .onSignal(PostStop.class, signal -> onEnd())
        .onSignal(PreRestart.class, signal -> onEnd())
        .build();
  }

  private Behavior<SlotCommand> stopped() {
    return Behaviors.receive(SlotCommand.class)
        .onMessage(
            SlotCommand.Drain.class,
            again -> {
              parent.tell(new SlotEvent.Emptied(seat, Optional.empty()));
              return Behaviors.same();
            })
        .onMessage(SlotCommand.Inspect.class, this::onInspect)
        .onAnyMessage(ignored -> Behaviors.same()) // There is no worker to do anything with.
        .build();
  }

  /** What every state with or without a worker answers. Late words of dead workers end here. */
  private BehaviorBuilder<SlotCommand> state() {
    return Behaviors.receive(SlotCommand.class)
        .onMessage(SlotCommand.Want.class, this::onWant)
        .onMessage(SlotCommand.Arm.class, this::onArm)
        .onMessage(SlotCommand.Disarm.class, this::onDisarm)
        .onMessage(SlotCommand.Forgive.class, this::onForgive)
        .onMessage(SlotCommand.Inspect.class, this::onInspect)
        .onMessage(SlotCommand.Recount.class, this::onRecount)
        .onMessage(SlotCommand.ReclaimLeases.class, this::onReclaimLeases)
        .onMessage(SlotCommand.PutWrong.class, this::onPutWrong)
        .onMessage(SlotCommand.TakeAccount.class, this::onTakeAccount)
        .onMessage(SlotCommand.Accounted.class, this::onAccounted)
        .onMessage(SlotCommand.AbortInWorker.class, this::onAbortInWorker)
        .onMessage(SlotCommand.Replace.class, this::onReplace)
        .onMessage(SlotCommand.Start.class, again -> Behaviors.same()) // It was started before.
        .onMessage(SlotCommand.Drain.class, this::onDrain)
        .onMessage(SlotCommand.Heard.class, this::onHeard)
        .onMessage(SlotCommand.MemoryTold.class, this::onMemoryTold)
        .onMessage(SlotCommand.HealthTold.class, this::onHealthTold)
        .onMessage(SlotCommand.LoadTold.class, this::onLoadTold)
        .onMessage(SlotCommand.LoadEnded.class, this::onLoadEnded)
        .onMessage(SlotCommand.UnloadEnded.class, this::onUnloadEnded)
        .onMessage(SlotCommand.Ended.class, this::onEnded)
        .onSignal(PostStop.class, signal -> onEnd())
        .onSignal(PreRestart.class, signal -> onEnd());
  }

  private BehaviorBuilder<SlotCommand> living() {
    return state()
        .onMessage(SlotCommand.Beat.class, beat -> onBeat())
        .onMessage(SlotCommand.LaunchNow.class, now -> Behaviors.same()); // It has a worker.
  }

  private Behavior<SlotCommand> launch() {
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
    timers.startTimerAtFixedRate(new SlotCommand.Beat(), with.settings().liveness().beat());
    return starting();
  }

  private Behavior<SlotCommand> onGreeted(SlotCommand.Greeted hello) {
    if (stale(hello.epoch())) {
      return Behaviors.same();
    }
    everGreeted = true;
    announce(hello.identity().pid());
    long millis =
        worker.greeted(hello.identity(), with.settings().liveness(), with.nanoTime().getAsLong());
    parent.tell(new SlotEvent.Greeted(seat, worker.epoch(), hello.identity(), millis));
    faults.armStanding(worker.control());
    return nextStep(loading());
  }

  /** Brings the worker's models in line with the plan, one step at a time. */
  private Behavior<SlotCommand> nextStep(Behavior<SlotCommand> stay) {
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
    ActorRef<SlotCommand> self = ctx.getSelf();
    loading = used;
    worker
        .port()
        .load(
            used,
            progress -> self.tell(new SlotCommand.LoadTold(epoch, call.modelId(), progress)),
            outcome -> self.tell(new SlotCommand.LoadEnded(epoch, call, used, outcome)));
  }

  private void unload(String modelId) {
    long epoch = worker.epoch();
    ActorRef<SlotCommand> self = ctx.getSelf();
    unloading = true;
    worker
        .port()
        .unload(
            modelId, outcome -> self.tell(new SlotCommand.UnloadEnded(epoch, modelId, outcome)));
  }

  private Behavior<SlotCommand> onLoadTold(SlotCommand.LoadTold told) {
    if (!stale(told.epoch())) {
      parent.tell(new SlotEvent.Loading(seat, told.modelId(), told.progress()));
    }
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onLoadEnded(SlotCommand.LoadEnded ended) {
    if (stale(ended.epoch()) || ended.outcome() instanceof CallOutcome.WorkerLost<LoadedModel>) {
      return Behaviors.same(); // The death itself is told by Ended.
    }
    worker.answered();
    loading = null;
    String modelId = ended.call().modelId();
    if (ended.outcome() instanceof CallOutcome.Done<LoadedModel> done) {
      copies.keep(ended.call(), ended.used(), done.value(), worker.identity());
      plan = plan.loaded(modelId, done.value());
      parent.tell(new SlotEvent.Loaded(seat, ended.call(), done.value(), plan.has()));
      if (!worker.identity().speaksState()) {
        parent.tell(new SlotEvent.Stated(seat, telling.ready(modelId, done.value())));
      }
    } else if (ended.outcome() instanceof CallOutcome.Failed<LoadedModel> failed) {
      onLoadFailed(ended, failed.fault());
    }
    return nextStep(Behaviors.same());
  }

  private void onLoadFailed(SlotCommand.LoadEnded ended, WorkerFault fault) {
    FaultVoice.of(ctx.getSystem())
        .raise(
            "device/" + device.id() + "/" + ended.call().modelId(),
            LoadFailures.recognise(ended.used(), fault),
            null);
    if (OptimizedCopies.usesCopy(ended.used())) {
      ctx.getLog()
          .warn(
              "load of optimized copy failed device={} model={} code={} detail={}",
              device.id(),
              ended.call().modelId(),
              fault.code(),
              fault.message());
      copies.discard(ended.call(), worker.identity());
      load(ended.call(), ended.call());
      return;
    }
    refuse(
        ended.call().modelId(), LoadFailures.refusal(device.id(), ended.call().modelId(), fault));
  }

  private void refuse(String modelId, Refusal refusal) {
    plan = plan.without(modelId);
    parent.tell(new SlotEvent.LoadRefused(seat, modelId, refusal));
  }

  private Behavior<SlotCommand> onUnloadEnded(SlotCommand.UnloadEnded ended) {
    if (stale(ended.epoch()) || ended.outcome() instanceof CallOutcome.WorkerLost<Long>) {
      return Behaviors.same();
    }
    worker.answered();
    unloading = false;
    plan = plan.unloaded(ended.modelId());
    long freed = ended.outcome() instanceof CallOutcome.Done<Long> done ? done.value() : 0;
    parent.tell(new SlotEvent.Unloaded(seat, ended.modelId(), freed, plan.has()));
    if (!worker.identity().speaksState()) {
      parent.tell(new SlotEvent.Stated(seat, telling.unloaded(ended.modelId())));
    }
    return nextStep(Behaviors.same());
  }

  private Behavior<SlotCommand> onWant(SlotCommand.Want want) {
    plan = plan.want(want.models());
    return nextStep(Behaviors.same());
  }

  private Behavior<SlotCommand> onBeat() {
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

  private Behavior<SlotCommand> onHeard(SlotCommand.Heard heard) {
    if (stale(heard.epoch())) {
      return Behaviors.same();
    }
    Liveness.Phase before = worker.phase();
    worker.heard(heard.pong());
    if (up && before == Liveness.Phase.SUSPECTED) {
      parent.tell(new SlotEvent.Cleared(seat, worker.epoch()));
      return serving();
    }
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onMemoryTold(SlotCommand.MemoryTold told) {
    if (!stale(told.epoch())) {
      worker.uses(told.usedBytes());
      tellVitals();
    }
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onHealthTold(SlotCommand.HealthTold told) {
    if (!stale(told.epoch())) {
      tellVitals();
    }
    return Behaviors.same();
  }

  private void tellVitals() {
    parent.tell(
        new SlotEvent.Vitals(seat, worker.epoch(), worker.residentBytes(), worker.queueDepth()));
  }

  private Behavior<SlotCommand> onEnded(SlotCommand.Ended ended) {
    if (stale(ended.epoch())) {
      return Behaviors.same();
    }
    announce(ended.report().pid());
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
    Behavior<SlotCommand> next = after(ended, deadly.isPresent(), outcome.decision());
    deadly.ifPresent(this::refuseDeadly);
    return next;
  }

  private Behavior<SlotCommand> after(
      SlotCommand.Ended ended, boolean wasLoading, RestartBudget.Decision decision) {
    boolean hopeless =
        ended.report().cause() == DeathCause.INCOMPATIBLE
            || ended.report().cause() == DeathCause.NOT_STARTED && !everGreeted;
    if (decision instanceof RestartBudget.Restart restart && !hopeless) {
      parent.tell(
          new SlotEvent.Died(seat, ended.report(), ended.inFlight(), wasLoading, restart.delay()));
      if (restart.delay().isZero()) {
        return launch();
      }
      timers.startSingleTimer(new SlotCommand.WaitOver(), restart.delay());
      return waiting();
    }
    Duration retryAfter = with.settings().retryAfterFailure();
    parent.tell(
        new SlotEvent.GaveUp(
            seat,
            ended.report(),
            ended.inFlight(),
            wasLoading,
            budget.deathsMillis().size(),
            retryAfter));
    budget = RestartBudget.full(with.settings().restart());
    timers.startSingleTimer(new SlotCommand.WaitOver(), retryAfter);
    return failed();
  }

  private void refuseDeadly(String modelId) {
    int deaths = plan.deathsLoading(modelId);
    if (deaths >= with.settings().loadAttempts()) {
      refuse(
          modelId,
          LoadFailures.deadly(device.id(), modelId, deaths, with.settings().loadAttempts()));
    }
  }

  private Optional<LoadCall> originalOf(LoadCall used) {
    return plan.wanted().stream().filter(call -> call.modelId().equals(used.modelId())).findFirst();
  }

  private Behavior<SlotCommand> onArm(SlotCommand.Arm arm) {
    boolean takesOrders = worker != null && worker.identity() != null;
    faults.arm(arm, takesOrders ? Optional.of(worker.control()) : Optional.empty());
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onDisarm(SlotCommand.Disarm disarm) {
    faults.disarm();
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onForgive(SlotCommand.Forgive forgive) {
    budget = budget.forgiven();
    boolean waitsForIt = worker == null && forgive.epoch() == lastEpoch;
    return waitsForIt && timers.isTimerActive(new SlotCommand.WaitOver())
        ? launch()
        : Behaviors.same();
  }

  private Behavior<SlotCommand> onInspect(SlotCommand.Inspect inspect) {
    boolean asks = up && worker != null && worker.identity().speaksState();
    inspect
        .to()
        .tell(
            new DeviceInspection.OfSlot(
                device.id(), SlotReport.facts(seat, worker, plan, up, isBusy()), asks));
    if (asks) {
      String id = device.id();
      long epoch = worker.epoch();
      worker
          .port()
          .report(
              outcome ->
                  inspect
                      .to()
                      .tell(new DeviceInspection.OfWorker(id, epoch, SlotReport.account(outcome))));
    }
    return Behaviors.same();
  }

  private boolean isAtRest() {
    return up && !isBusy();
  }

  private boolean isBusy() {
    return loading != null || unloading || !plan.isFulfilled();
  }

  private Behavior<SlotCommand> onTakeAccount(SlotCommand.TakeAccount take) {
    if (!stale(take.epoch()) && isAtRest()) {
      ActorRef<SlotCommand> self = ctx.getSelf();
      worker
          .port()
          .report(
              outcome -> {
                if (outcome instanceof CallOutcome.Done<WorkerStateReport> done) {
                  self.tell(new SlotCommand.Accounted(take.epoch(), done.value()));
                }
              });
    }
    return Behaviors.same();
  }

  /** What the books lack is unloaded, what the worker lacks is loaded again. */
  private Behavior<SlotCommand> onAccounted(SlotCommand.Accounted told) {
    if (stale(told.epoch()) || !isAtRest()) {
      return Behaviors.same();
    }
    Map<String, LoadedModel> has = SlotReport.models(told.report(), plan);
    if (!has.keySet().equals(plan.has())) {
      ctx.getLog()
          .warn(
              "books of the worker corrected device={} epoch={} believed={} loaded={}",
              device.id(),
              told.epoch(),
              plan.has(),
              has.keySet());
      plan = plan.has(has);
      parent.tell(new SlotEvent.Recounted(seat, told.epoch(), plan.has()));
    }
    return nextStep(Behaviors.same());
  }

  private Behavior<SlotCommand> onAbortInWorker(SlotCommand.AbortInWorker abort) {
    if (!stale(abort.epoch()) && up) {
      worker.port().abort(abort.transactionId(), answered -> {}); // The next look sees.
    }
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onPutWrong(SlotCommand.PutWrong wrong) {
    if (wrong.harm() instanceof SlotHarm.LoseLeases lose && worker != null) {
      SlotHarm.lose(lose, worker.control());
    } else if (wrong.harm() instanceof SlotHarm.OfModels harm) {
      if (isAtRest()) {
        SlotHarm.change(harm, plan, worker.port());
      } else {
        harm.replyTo().tell(false);
      }
    }
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onRecount(SlotCommand.Recount recount) {
    if (up) {
      parent.tell(new SlotEvent.Recounted(seat, worker.epoch(), plan.has()));
    }
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onReclaimLeases(SlotCommand.ReclaimLeases reclaim) {
    if (!stale(reclaim.epoch())) {
      int leases = worker.control().reclaimLeases(reclaim.leasesTaken());
      ctx.getLog()
          .warn(
              "arena spans taken back device={} epoch={} leases={}",
              device.id(),
              reclaim.epoch(),
              leases);
    }
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onReplace(SlotCommand.Replace replace) {
    if (!stale(replace.epoch())) {
      worker.kill(DeathCause.STOPPED, replace.why());
    }
    return Behaviors.same();
  }

  private Behavior<SlotCommand> onDrain(SlotCommand.Drain drain) {
    timers.cancelAll();
    if (worker == null) {
      parent.tell(new SlotEvent.Emptied(seat, Optional.empty()));
      return stopped();
    }
    if (worker.identity() == null) {
      worker.control().close();
    } else {
      worker.control().drain(drain.deadline());
    }
    return draining();
  }

  private Behavior<SlotCommand> onDrained(SlotCommand.Ended ended) {
    if (stale(ended.epoch())) {
      return Behaviors.same();
    }
    forgetWorker();
    parent.tell(new SlotEvent.Emptied(seat, Optional.of(ended.report())));
    return stopped();
  }

  private void forgetWorker() {
    timers.cancelAll();
    worker = null;
    loading = null;
    unloading = false;
    up = false;
  }

  private Behavior<SlotCommand> onEnd() {
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
