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
import java.util.Optional;
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
   * Why a step failed, with what the saga's outcome does not carry.
   *
   * @param refusal with its remedy
   * @param component that is at fault; empty if none is, or if it is not known which
   */
  public record StepRefused(String sagaId, Refusal refusal, String component) {}

  private record Listed(SagaWork.Do work, DeviceCommand.DeviceList devices, Throwable failure)
      implements Command {}

  private record Reserved(
      SagaWork.Do work, MemoryCommand.Reservation reservation, Throwable failure)
      implements Command {}

  private record Looked(SagaWork.Do work, ScannedModel found, Throwable failure)
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
  private final ActorRef<StepRefused> refusals;
  private final ActorRef<LoadProgress> progress;
  private final ActorRef<LoadStage> stages;
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
    this.refusals = refusals;
    this.stages = stages;
    this.progress = context.messageAdapter(LoadProgress.class, Progressed::new);
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
        .onMessage(Held.class, this::onHeld)
        .onMessage(Cleaned.class, this::onCleaned)
        .onMessage(Dropped.class, this::onDropped)
        .onMessage(GivenBack.class, this::onGivenBack)
        .onMessage(Released.class, this::onReleased)
        .onMessage(LookAfter.class, this::onLookAfter)
        .onMessage(LedgersSeen.class, this::onLedgersSeen)
        .onMessage(WorkerSeen.class, this::onWorkerSeen)
        .onMessage(Ended.class, ended -> freeLease(ended.sagaId()))
        .onMessage(LeaseOver.class, over -> freeLease(over.sagaId()))
        .onMessage(Progressed.class, this::onProgressed)
        .build();
  }

  private Behavior<Command> onPerform(Perform perform) {
    SagaWork.Do work = perform.work();
    boolean first = work.step() == work.plan().steps().get(0);
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

  private void reserveDevice(SagaWork.Do work) {
    // Taken before the question is asked: no other load slips in while the answer is awaited.
    lease = lease.grantedTo(work.sagaId());
    timers.startSingleTimer(
        "lease", new LeaseOver(work.sagaId()), settings.loadDeadline().multipliedBy(2));
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
    context.askWithStatus(
        MemoryCommand.Reservation.class,
        port.memory(),
        settings.answerTimeout(),
        replyTo -> new MemoryCommand.Reserve(deviceId, owner(model.id()), bytes, replyTo),
        (reservation, failure) -> new Reserved(work, reservation, failure));
  }

  private Behavior<Command> onReserved(Reserved reserved) {
    SagaWork.Do work = reserved.work();
    if (reserved.failure() == null) {
      return succeed(work, reserved.reservation().bytes() + " bytes reserved on " + deviceId);
    }
    if (reserved.failure() instanceof TimeoutException) {
      Refusal overdue = overdue("the memory domain", "Reserve", reserved.failure());
      context.ask(
          Done.class,
          port.memory(),
          settings.answerTimeout(),
          replyTo -> new MemoryCommand.Release(deviceId, owner(plan(work).modelId()), replyTo),
          (done, failure) -> new Cleaned(work, overdue, "", failure));
      return Behaviors.same();
    }
    lease = lease.disowned(plan(work).modelId());
    return refuse(
        work, Refusal.from(reserved.failure(), ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE.code()));
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
    return succeed(work, model.components().size() + " components verified, SHA-256 " + sha256);
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
            settings.loadDeadline());
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
    freeLease(work.sagaId());
    return succeed(
        work,
        held.model().id()
            + " is on "
            + deviceId
            + " after "
            + loaded.load().toMillis()
            + " ms, "
            + loaded.memoryBytes()
            + " bytes measured");
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
    String modelId = plan(work).modelId();
    boolean mine = lease.mayTakeBack(modelId, work.sagaId());
    switch (work.step()) {
      case RESERVE_DEVICE -> {
        freeLease(work.sagaId());
        answer(work, "the lease of " + deviceId + " is free");
      }
      case ALLOCATE_MEMORY -> {
        if (mine) {
          release(work, modelId);
        } else {
          answer(work, modelId + " belongs to a newer load");
        }
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

  private Behavior<Command> freeLease(String sagaId) {
    if (lease.isHeldBy(sagaId)) {
      lease = lease.releasedBy(sagaId);
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
