package io.mainstay.actors.model.load;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.saga.StepOutcome;
import io.mainstay.persistence.transaction.TransactionOutcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * Carries out the steps of load sagas onto one device, and takes them back. A step answers only
 * after its check; one whose effect is unknown and cannot be taken back at once stays unanswered,
 * so that the saga's deadline counts it as unknown and compensates.
 */
public final class Loader {
  /** What the supervisor tells it. */
  public sealed interface Command {}

  /** Do a step of the plan for that model. */
  public record Perform(SagaWork.Do work, ModelDescriptor model) implements Command {}

  /** Take a step back. */
  public record TakeBack(SagaWork.Undo work) implements Command {}

  /**
   * Look whether anything of the saga is left.
   *
   * @param cacheBytes of the model's files in memory that nobody needs
   */
  public record LookAfter(SagaWork.Verify work, long cacheBytes) implements Command {}

  /** The saga has ended: whatever it held of the lease is free. */
  public record Ended(String sagaId) implements Command {}

  /**
   * The lease is taken for a saga that never comes: a fault to be found. Nothing if it is taken.
   */
  public record LoseLease(String sagaId) implements Command {}

  /**
   * Why a step failed, with what the saga's outcome does not carry.
   *
   * @param refusal with its remedy
   * @param component that is at fault; empty if none is, or if it is not known which
   */
  public record StepRefused(String sagaId, Refusal refusal, String component) {}

  private record Listed(SagaWork.Do work, DeviceCommand.DeviceList devices, Throwable failure)
      implements Command {}

  private record Reserved(SagaWork.Do work, TransactionOutcome outcome, Throwable failure)
      implements Command {}

  private record Looked(SagaWork.Do work, ScannedModel found, Throwable failure)
      implements Command {}

  private record Pinned(
      SagaWork.Do work, ModelDescriptor model, TransactionOutcome outcome, Throwable failure)
      implements Command {}

  private record HandedOver(SagaWork.Do work, String evidence, Throwable failure)
      implements Command {}

  private record Unreserved(SagaWork.Undo work, boolean mine, Throwable failure)
      implements Command {}

  private record Held(
      SagaWork.Do work, ModelDescriptor model, LoadedModel loaded, Throwable failure)
      implements Command {}

  private record Cleaned(SagaWork.Do work, Refusal refusal, String component, Throwable failure)
      implements Command {}

  private record Dropped(SagaWork.Undo work, Long bytes, Throwable failure) implements Command {}

  private record GivenBack(SagaWork.Undo work, Throwable failure) implements Command {}

  private record Released(SagaWork.Undo work, MemoryCommand.LedgerList after, Throwable failure)
      implements Command {}

  private record Closed(String sagaId, Throwable failure) implements Command {}

  private record LedgersSeen(LookAfter look, MemoryCommand.LedgerList ledgers, Throwable failure)
      implements Command {}

  private record WorkerSeen(
      LookAfter look,
      MemoryCommand.LedgerList ledgers,
      DeviceCommand.DeviceList devices,
      Throwable failure)
      implements Command {}

  private record LeaseOver(String sagaId) implements Command {}

  private record Progressed(LoadProgress progress) implements Command {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final String deviceId;
  private final ModelSettings settings;
  private final LoadPort port;
  private final LoadTransactions transactions;
  private final ActorRef<StepRefused> refusals;
  private final ActorRef<LoadProgress> progress;
  private final ActorRef<LoadStage> stages;
  private final Set<String> reserving = new HashSet<>();
  private final List<Perform> waiting = new ArrayList<>();
  private int closing;
  private LoadLease lease = LoadLease.free();
  private String lastProgress = "none";
  private String lastComponent = "";
  private ModelDescriptor loading;

  private Loader(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      String deviceId,
      ModelSettings settings,
      LoadPort port,
      ActorRef<StepRefused> refusals,
      ActorRef<LoadStage> stages) {
    this.context = context;
    this.timers = timers;
    this.deviceId = deviceId;
    this.settings = settings;
    this.port = port;
    this.transactions =
        new LoadTransactions(
            deviceId, port.transactions(), settings.loadDeadline().multipliedBy(2));
    this.refusals = refusals;
    this.stages = stages;
    this.progress = context.messageAdapter(LoadProgress.class, Progressed::new);
    port.leases().freed(deviceId);
  }

  /**
   * The loader of a device.
   *
   * @param stages told how far the running load is
   */
  public static Behavior<Command> create(
      String deviceId,
      ModelSettings settings,
      LoadPort port,
      ActorRef<StepRefused> refusals,
      ActorRef<LoadStage> stages) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new Loader(context, timers, deviceId, settings, port, refusals, stages)
                        .working()));
  }

  /** The owner under which a model's memory is reserved. */
  public static String owner(String modelId) {
    return MemoryOwners.ofModel(modelId);
  }

  private Behavior<Command> working() {
    return Behaviors.receive(Command.class)
        .onMessage(Perform.class, this::onPerform)
        .onMessage(TakeBack.class, this::onTakeBack)
        .onMessage(Listed.class, this::onListed)
        .onMessage(Reserved.class, this::onReserved)
        .onMessage(Looked.class, this::onLooked)
        .onMessage(Pinned.class, this::onPinned)
        .onMessage(Held.class, this::onHeld)
        .onMessage(HandedOver.class, this::onHandedOver)
        .onMessage(Unreserved.class, this::onUnreserved)
        .onMessage(Cleaned.class, this::onCleaned)
        .onMessage(Dropped.class, this::onDropped)
        .onMessage(GivenBack.class, this::onGivenBack)
        .onMessage(Released.class, this::onReleased)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Closed.class, this::onClosed)
        .onMessage(
            LoseLease.class,
            lost -> lease.isFreeFor(lost.sagaId()) ? grant(lost.sagaId()) : Behaviors.same())
        .onMessage(LookAfter.class, this::onLookAfter)
        .onMessage(LedgersSeen.class, this::onLedgersSeen)
        .onMessage(WorkerSeen.class, this::onWorkerSeen)
        .onMessage(LeaseOver.class, over -> freeLease(over.sagaId()))
        .onMessage(Progressed.class, this::onProgressed)
        .build();
  }

  private Behavior<Command> onPerform(Perform perform) {
    SagaWork.Do work = perform.work();
    boolean first = work.step() == work.plan().steps().get(0);
    if (first && closing > 0) {
      // The device is still being given back.
      waiting.add(perform);
      return Behaviors.same();
    }
    if (first ? !lease.isFreeFor(work.sagaId()) : !lease.isHeldBy(work.sagaId())) {
      return refuse(
          work,
          refusal(
              ModelFaultCode.DEVICE_BUSY,
              "the device " + deviceId + " is loading for " + lease.holder().orElse("nobody"),
              "Try again once that load has ended"));
    }
    switch (work.step()) {
      case RESERVE_DEVICE -> reserveDevice(work);
      case ALLOCATE_MEMORY -> allocateMemory(work, perform.model());
      case CACHE -> look(work, perform.model());
      case LOAD -> load(work, perform.model());
    }
    return Behaviors.same();
  }

  /** One that is stuck holds its transactions still: what it has in memory stays with its model. */
  private Behavior<Command> onEnded(Ended ended) {
    String sagaId = ended.sagaId();
    forgetWaiting(sagaId);
    if (reserving.remove(sagaId)) {
      closing++;
      context.pipeToSelf(
          transactions
              .release(sagaId, LoadTransactions.Part.DEVICE, true)
              .thenCombine(
                  transactions.release(sagaId, LoadTransactions.Part.MODEL, true),
                  (device, model) -> device),
          (done, failure) -> new Closed(sagaId, failure));
    }
    return freeLease(sagaId);
  }

  private Behavior<Command> onClosed(Closed closed) {
    if (closed.failure() != null) {
      warnOpen(closed.sagaId(), closed.failure());
    }
    closing--;
    if (closing == 0) {
      List<Perform> next = List.copyOf(waiting);
      waiting.clear();
      next.forEach(this::onPerform);
    }
    return Behaviors.same();
  }

  /** A first step that waits is not done for a saga that goes no further. */
  private void forgetWaiting(String sagaId) {
    waiting.removeIf(perform -> perform.work().sagaId().equals(sagaId));
  }

  private void warnOpen(String sagaId, Throwable failure) {
    context
        .getLog()
        .warn(
            "transactions of a load end later saga={} device={} cause={}",
            sagaId,
            deviceId,
            failure.toString());
  }

  private void reserveDevice(SagaWork.Do work) {
    // Taken before the question is asked: no other load slips in while the answer is awaited.
    grant(work.sagaId());
    context.ask(
        DeviceCommand.DeviceList.class,
        port.devices(),
        settings.answerTimeout(),
        DeviceCommand.ListDevices::new,
        (devices, failure) -> new Listed(work, devices, failure));
  }

  private Behavior<Command> onListed(Listed listed) {
    SagaWork.Do work = listed.work();
    Optional<Refusal> refusal =
        listed.failure() == null
            ? LoadRefusals.standing(deviceId, listed.devices())
                .or(() -> LoadRefusals.reserved(deviceId, work.sagaId(), listed.devices()))
            : Optional.of(overdue("the device domain", "ListDevices", listed.failure()));
    if (refusal.isPresent()) {
      freeLease(work.sagaId());
      return refuse(work, refusal.get());
    }
    if (!lease.isHeldBy(work.sagaId())) {
      return refuse(
          work,
          refusal(
              ModelFaultCode.DEVICE_BUSY,
              "the lease of loading onto " + deviceId + " ended while the device was asked",
              "Try again"));
    }
    DeviceView device = LoadRefusals.device(deviceId, listed.devices()).orElseThrow();
    return succeed(work, deviceId + " serves in epoch " + device.epoch() + ", lease granted");
  }

  private void allocateMemory(SagaWork.Do work, ModelDescriptor model) {
    long bytes = plan(work).bytes();
    lease = lease.owning(model.id(), work.sagaId());
    reserving.add(work.sagaId());
    context.pipeToSelf(
        transactions.reserve(work.sagaId(), model.id(), bytes),
        (outcome, failure) -> new Reserved(work, outcome, failure));
  }

  private Behavior<Command> onReserved(Reserved reserved) {
    SagaWork.Do work = reserved.work();
    if (reserved.failure() != null) {
      return cleanUp(
          work,
          LoadTransactions.Part.DEVICE,
          overdue("the transaction of device and memory", "its end", reserved.failure()));
    }
    if (!reserved.outcome().committed()) {
      lease = lease.disowned(plan(work).modelId());
      reserving.remove(work.sagaId());
      return refuse(work, LoadTransactions.refusal(reserved.outcome()));
    }
    return succeed(work, plan(work).bytes() + " bytes reserved on " + deviceId);
  }

  /** Nobody knows how it ended: it is given up, and the step fails once that is done. */
  private Behavior<Command> cleanUp(SagaWork.Do work, LoadTransactions.Part part, Refusal why) {
    context.pipeToSelf(
        transactions.release(work.sagaId(), part, false),
        (done, failure) -> new Cleaned(work, why, "", failure));
    return Behaviors.same();
  }

  private void look(SagaWork.Do work, ModelDescriptor model) {
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> port.scanner().again(model), port.blocking()),
        (found, failure) -> new Looked(work, found, failure));
  }

  private Behavior<Command> onLooked(Looked looked) {
    SagaWork.Do work = looked.work();
    if (looked.failure() != null) {
      return refuse(
          work,
          refusal(
              ModelFaultCode.MODEL_FILE_UNREADABLE,
              "the files of " + plan(work).modelId() + " cannot be checked: " + looked.failure(),
              "See the node's log for the cause"));
    }
    if (looked.found() instanceof ScannedModel.Broken broken) {
      return refuse(work, broken.problem().refusal(), broken.problem().component());
    }
    ModelDescriptor model = ((ScannedModel.Sound) looked.found()).descriptor();
    String sha256 = model.sha256();
    if (!sha256.equals(plan(work).sha256())) {
      return refuse(
          work,
          refusal(
              ModelFaultCode.MODEL_CHECKSUM_MISMATCH,
              "the model "
                  + model.id()
                  + " was replaced: SHA-256 "
                  + sha256
                  + " instead of "
                  + plan(work).sha256(),
              "Rescan the models, then load it again"));
    }
    context.pipeToSelf(
        transactions.pin(work.sagaId(), model, plan(work).bytes()),
        (outcome, failure) -> new Pinned(work, model, outcome, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onPinned(Pinned pinned) {
    SagaWork.Do work = pinned.work();
    if (pinned.failure() != null) {
      return cleanUp(
          work,
          LoadTransactions.Part.MODEL,
          overdue("the transaction of model and memory", "its end", pinned.failure()));
    }
    if (!pinned.outcome().committed()) {
      return refuse(work, LoadTransactions.refusal(pinned.outcome()));
    }
    ModelDescriptor model = pinned.model();
    return succeed(
        work, model.components().size() + " components verified, SHA-256 " + model.sha256());
  }

  private void load(SagaWork.Do work, ModelDescriptor model) {
    LoadCall call =
        new LoadCall(
            model.id(),
            model.components().stream()
                .map(
                    part ->
                        new LoadCall.Component(
                            part.name(), part.path(), part.sha256(), part.bytes(), false, null))
                .toList(),
            plan(work).bytes(),
            settings.loadDeadline(),
            LoadTransactions.ofLoad(work.sagaId()));
    lastProgress = "none";
    lastComponent = "";
    loading = model;
    context.askWithStatus(
        LoadedModel.class,
        port.devices(),
        settings.loadDeadline(),
        replyTo -> new DeviceCommand.HoldModel(deviceId, call, progress, replyTo),
        (loaded, failure) -> new Held(work, model, loaded, failure));
  }

  private Behavior<Command> onHeld(Held held) {
    SagaWork.Do work = held.work();
    Optional<Refusal> refusal =
        held.failure() == null
            ? SignatureCheck.check(held.model(), held.loaded()).map(ModelProblem::refusal)
            : Optional.of(
                LoadRefusals.ofLoad(held.model(), deviceId, held.failure(), lastProgress));
    if (refusal.isPresent()) {
      if (!(held.failure() instanceof TimeoutException)) {
        // Whatever a marker says, the next load reads the files again.
        port.blocking().execute(() -> port.scanner().distrust(held.model()));
      }
      context.askWithStatus(
          Long.class,
          port.devices(),
          settings.answerTimeout(),
          replyTo -> new DeviceCommand.DropModel(deviceId, held.model().id(), replyTo),
          (bytes, failure) -> new Cleaned(work, refusal.get(), faulty(refusal.get()), failure));
      return Behaviors.same();
    }
    LoadedModel loaded = held.loaded();
    if (loaded.memoryBytes() > 0) {
      port.memory()
          .tell(new MemoryCommand.Settle(deviceId, owner(held.model().id()), loaded.memoryBytes()));
    }
    String evidence =
        held.model().id()
            + " is on "
            + deviceId
            + " after "
            + loaded.load().toMillis()
            + " ms, "
            + loaded.memoryBytes()
            + " bytes measured";
    // The next load finds the device free, and the memory is the model's from now on.
    context.pipeToSelf(
        transactions
            .release(work.sagaId(), LoadTransactions.Part.DEVICE, true)
            .thenCombine(
                transactions.release(work.sagaId(), LoadTransactions.Part.MODEL, true),
                (device, model) -> device),
        (done, failure) -> new HandedOver(work, evidence, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onHandedOver(HandedOver handed) {
    if (handed.failure() != null) {
      warnOpen(handed.work().sagaId(), handed.failure());
    } else {
      reserving.remove(handed.work().sagaId());
    }
    freeLease(handed.work().sagaId());
    return succeed(handed.work(), handed.evidence());
  }

  /** A worker says what it loads before it says what is wrong with it. */
  private String faulty(Refusal refusal) {
    return refusal.code().equals(ErrorNames.MODEL_LOADING_FAILURE.code()) ? lastComponent : "";
  }

  private Behavior<Command> onCleaned(Cleaned cleaned) {
    if (cleaned.failure() != null) {
      context
          .getLog()
          .warn(
              "failed step left unanswered until its deadline saga={} step={} reason={}",
              cleaned.work().sagaId(),
              cleaned.work().step(),
              cleaned.failure().toString());
      refusals.tell(
          new StepRefused(cleaned.work().sagaId(), cleaned.refusal(), cleaned.component()));
      return Behaviors.same();
    }
    return refuse(cleaned.work(), cleaned.refusal(), cleaned.component());
  }

  private Behavior<Command> onTakeBack(TakeBack takeBack) {
    SagaWork.Undo work = takeBack.work();
    forgetWaiting(work.sagaId());
    String modelId = plan(work).modelId();
    boolean mine = lease.mayTakeBack(modelId, work.sagaId());
    switch (work.step()) {
      case RESERVE_DEVICE -> {
        freeLease(work.sagaId());
        answer(work, "the lease of " + deviceId + " is free");
      }
      case ALLOCATE_MEMORY -> {
        unreserve(work, mine);
      }
      case CACHE -> throw new IllegalArgumentException("The desk takes files back: " + work);
      case LOAD -> {
        if (mine) {
          drop(work, modelId);
        } else {
          answer(work, modelId + " belongs to a newer load");
        }
      }
    }
    return Behaviors.same();
  }

  /** Both transactions; what belongs to a newer load by now stays with it. */
  private void unreserve(SagaWork.Undo work, boolean mine) {
    context.pipeToSelf(
        transactions
            .release(work.sagaId(), LoadTransactions.Part.MODEL, !mine)
            .thenCombine(
                transactions.release(work.sagaId(), LoadTransactions.Part.DEVICE, !mine),
                (model, device) -> device),
        (done, failure) -> new Unreserved(work, mine, failure));
  }

  private Behavior<Command> onUnreserved(Unreserved unreserved) {
    SagaWork.Undo work = unreserved.work();
    if (unreserved.failure() != null) {
      return fail(work, overdue("the load's transactions", "Release", unreserved.failure()));
    }
    reserving.remove(work.sagaId());
    if (unreserved.mine()) {
      release(work, plan(work).modelId());
    } else {
      answer(work, plan(work).modelId() + " belongs to a newer load");
    }
    return Behaviors.same();
  }

  private Behavior<Command> onLookAfter(LookAfter look) {
    context.ask(
        MemoryCommand.LedgerList.class,
        port.memory(),
        settings.answerTimeout(),
        MemoryCommand.ListLedgers::new,
        (ledgers, failure) -> new LedgersSeen(look, ledgers, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onLedgersSeen(LedgersSeen seen) {
    if (seen.failure() != null) {
      return answer(seen.look(), overdue("the memory domain", "ListLedgers", seen.failure()));
    }
    context.ask(
        DeviceCommand.DeviceList.class,
        port.devices(),
        settings.answerTimeout(),
        DeviceCommand.ListDevices::new,
        (devices, failure) -> new WorkerSeen(seen.look(), seen.ledgers(), devices, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onWorkerSeen(WorkerSeen seen) {
    SagaWork.Verify work = seen.look().work();
    if (seen.failure() != null) {
      return answer(seen.look(), overdue("the device domain", "ListDevices", seen.failure()));
    }
    String modelId = ((SagaPlan.ModelLoad) work.plan()).modelId();
    ReleaseCheck.Found found =
        ReleaseCheck.look(
            new Residences.Key(modelId, deviceId),
            lease.isHeldBy(work.sagaId()),
            lease.mayTakeBack(modelId, work.sagaId()),
            seen.ledgers(),
            seen.devices(),
            seen.look().cacheBytes());
    work.replyTo()
        .tell(
            found.left().isEmpty()
                ? new StepOutcome.Succeeded(found.evidence())
                : new StepOutcome.Failed(ReleaseCheck.CODE, String.join("; ", found.left())));
    return Behaviors.same();
  }

  private Behavior<Command> answer(LookAfter look, Refusal refusal) {
    look.work().replyTo().tell(new StepOutcome.Failed(refusal.code(), refusal.getMessage()));
    return Behaviors.same();
  }

  private void drop(SagaWork.Undo work, String modelId) {
    context.askWithStatus(
        Long.class,
        port.devices(),
        settings.answerTimeout(),
        replyTo -> new DeviceCommand.DropModel(deviceId, modelId, replyTo),
        (bytes, failure) -> new Dropped(work, bytes, failure));
  }

  private Behavior<Command> onDropped(Dropped dropped) {
    if (dropped.failure() != null) {
      return fail(dropped.work(), overdue("the device domain", "DropModel", dropped.failure()));
    }
    answer(dropped.work(), dropped.bytes() + " bytes freed by the worker");
    return Behaviors.same();
  }

  private void release(SagaWork.Undo work, String modelId) {
    context.ask(
        Done.class,
        port.memory(),
        settings.answerTimeout(),
        replyTo -> new MemoryCommand.Release(deviceId, owner(modelId), replyTo),
        (done, failure) -> new GivenBack(work, failure));
  }

  private Behavior<Command> onGivenBack(GivenBack givenBack) {
    if (givenBack.failure() != null) {
      return fail(givenBack.work(), overdue("the memory domain", "Release", givenBack.failure()));
    }
    context.ask(
        MemoryCommand.LedgerList.class,
        port.memory(),
        settings.answerTimeout(),
        MemoryCommand.ListLedgers::new,
        (after, failure) -> new Released(givenBack.work(), after, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onReleased(Released released) {
    SagaWork.Undo work = released.work();
    if (released.failure() != null) {
      return fail(work, overdue("the memory domain", "ListLedgers", released.failure()));
    }
    String owner = owner(plan(work).modelId());
    if (Ledgers.hold(released.after(), new Residences.Key(plan(work).modelId(), deviceId))) {
      return fail(
          work,
          refusal(
              ModelFaultCode.DOMAIN_OVERDUE,
              owner + " still holds memory of " + deviceId,
              "It is released again"));
    }
    lease = lease.disowned(plan(work).modelId());
    answer(work, owner + " holds nothing of " + deviceId);
    return Behaviors.same();
  }

  private Behavior<Command> onProgressed(Progressed progressed) {
    LoadProgress now = progressed.progress();
    lastComponent = now.component();
    lastProgress = now.stage() + " " + Math.round(now.percent()) + " %";
    if (loading != null) {
      stages.tell(LoadStage.of(loading, deviceId, now));
    }
    return Behaviors.same();
  }

  private Behavior<Command> grant(String sagaId) {
    lease = lease.grantedTo(sagaId);
    port.leases().granted(deviceId, sagaId);
    timers.startSingleTimer(
        "lease", new LeaseOver(sagaId), settings.loadDeadline().multipliedBy(2));
    return Behaviors.same();
  }

  private Behavior<Command> freeLease(String sagaId) {
    if (lease.isHeldBy(sagaId)) {
      lease = lease.releasedBy(sagaId);
      port.leases().freed(deviceId);
      timers.cancel("lease");
    }
    return Behaviors.same();
  }

  private Behavior<Command> succeed(SagaWork.Do work, String evidence) {
    work.replyTo().tell(new StepOutcome.Succeeded(evidence));
    return Behaviors.same();
  }

  private Behavior<Command> refuse(SagaWork.Do work, Refusal refusal) {
    return refuse(work, refusal, "");
  }

  private Behavior<Command> refuse(SagaWork.Do work, Refusal refusal, String component) {
    refusals.tell(new StepRefused(work.sagaId(), refusal, component));
    work.replyTo().tell(new StepOutcome.Failed(refusal.code(), refusal.getMessage()));
    return Behaviors.same();
  }

  private static void answer(SagaWork.Undo work, String evidence) {
    work.replyTo().tell(new StepOutcome.Succeeded(evidence));
  }

  private static Behavior<Command> fail(SagaWork.Undo work, Refusal refusal) {
    work.replyTo().tell(new StepOutcome.Failed(refusal.code(), refusal.getMessage()));
    return Behaviors.same();
  }

  private Refusal overdue(String domain, String question, Throwable failure) {
    return LoadRefusals.overdue(domain, question, settings.answerTimeout(), failure);
  }

  private static Refusal refusal(ModelFaultCode code, String message, String remedy) {
    return Refusal.of(code.code(), message, remedy);
  }

  private static SagaPlan.ModelLoad plan(SagaWork.Do work) {
    return (SagaPlan.ModelLoad) work.plan();
  }

  private static SagaPlan.ModelLoad plan(SagaWork.Undo work) {
    return (SagaPlan.ModelLoad) work.plan();
  }
}
