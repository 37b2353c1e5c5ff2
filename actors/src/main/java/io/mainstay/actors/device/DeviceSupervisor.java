package io.mainstay.actors.device;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.PressureSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Owns the node's devices: starts one actor for each, starts it again when it ends, routes commands
 * and hands the devices' signals to subscribers in order. A device that begins again gets the
 * models that it held.
 */
public final class DeviceSupervisor {
  private sealed interface Message {}

  private record Asked(DeviceCommand command) implements Message {}

  private record Reported(DeviceReport report) implements Message {}

  private record Respawn(String deviceId) implements Message {}

  private record StopOverdue() implements Message {}

  /** Added to the deadline of a stop: a drained worker gets 500 ms of grace, then it is killed. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private static final DispatcherSelector THREADS =
      DispatcherSelector.fromConfig(DeviceSettings.DISPATCHER);

  private final DeviceCollaborators with;
  private final OptimizedCopies copies;
  private final ActorContext<Message> ctx;
  private final TimerScheduler<Message> timers;
  private final ActorRef<DeviceReport> reports;
  private final Map<String, DeviceDesk> desks;
  private final Set<ActorRef<DeviceSignal>> subscribers;
  private final List<ActorRef<StatusReply<Done>>> stoppers = new ArrayList<>();
  private final AtomicReference<DeviceReservations> reservations;
  private boolean stopping;

  private DeviceSupervisor(
      DeviceCollaborators with,
      Map<String, DeviceDesk> desks,
      AtomicReference<DeviceReservations> reservations,
      Set<ActorRef<DeviceSignal>> subscribers,
      ActorContext<Message> ctx,
      TimerScheduler<Message> timers) {
    this.with = with;
    this.desks = desks;
    this.reservations = reservations;
    this.subscribers = subscribers;
    subscribers.forEach(ctx::watch);
    this.ctx = ctx;
    this.timers = timers;
    this.copies =
        OptimizedCopies.open(
            with.settings().cacheDirectory(),
            ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking()));
    this.reports = ctx.messageAdapter(DeviceReport.class, Reported::new);
    with.settings().devices().forEach(this::begin);
    ctx.spawn(
        with.guard()
            .guard(
                PressureSignal.class, DeviceTuner.create(with.settings().devices(), with.memory())),
        "tuner",
        THREADS);
  }

  /** The device domain's supervisor; all devices of the settings start at once. */
  public static Behavior<DeviceCommand> create(DeviceCollaborators with) {
    // Outside setup: who reserved a device, what others believe of it, and who hears of them, does
    // not change when this actor is restarted.
    Map<String, DeviceDesk> desks = new LinkedHashMap<>();
    AtomicReference<DeviceReservations> reservations =
        new AtomicReference<>(DeviceReservations.none());
    Set<ActorRef<DeviceSignal>> subscribers = new LinkedHashSet<>();
    Behavior<Message> inner =
        Behaviors.setup(
            ctx ->
                Behaviors.withTimers(
                    timers ->
                        new DeviceSupervisor(with, desks, reservations, subscribers, ctx, timers)
                            .running()));
    return Behaviors.transformMessages(
        DeviceCommand.class, inner, builder -> builder.match(DeviceCommand.class, Asked::new));
  }

  private void begin(DeviceDefinition definition) {
    // A desk of an earlier life: its device ended with it, what it served and held is still known.
    desks.computeIfAbsent(definition.id(), id -> new DeviceDesk(definition)).ended();
    with.memory()
        .tell(new MemoryCommand.RegisterDevice(definition.id(), definition.memoryBudgetBytes()));
    spawn(definition);
  }

  private void spawn(DeviceDefinition definition) {
    Behavior<DeviceTask> device = Device.create(definition, with, copies, reports);
    ActorRef<DeviceTask> ref =
        ctx.spawn(with.guard().guard(DeviceTask.class, device), definition.id(), THREADS);
    ctx.watch(ref);
  }

  private Behavior<Message> running() {
    return Behaviors.receive(Message.class)
        .onMessage(Asked.class, asked -> onAsked(asked.command))
        .onMessage(Reported.class, reported -> onReport(reported.report))
        .onMessage(Respawn.class, this::onRespawn)
        .onMessage(StopOverdue.class, overdue -> onStopOverdue())
        .onSignal(Terminated.class, this::onTerminated)
        .build();
  }

  private Behavior<Message> onAsked(DeviceCommand command) {
    if (command instanceof DeviceCommand.ListDevices list) {
      list.replyTo()
          .tell(
              new DeviceCommand.DeviceList(
                  desks.values().stream().map(DeviceDesk::view).toList(),
                  reservations.get().all()));
    } else if (command instanceof DeviceCommand.Subscribe subscribe) {
      onSubscribe(subscribe.subscriber());
    } else if (command instanceof DeviceCommand.HoldModel hold) {
      route(
          hold.deviceId(),
          hold.replyTo(),
          new DeviceTask.Hold(hold.load(), hold.progressTo(), hold.replyTo()));
    } else if (command instanceof DeviceCommand.DropModel drop) {
      onDrop(drop);
    } else if (command instanceof DeviceCommand.Reserve reserve) {
      onReserve(reserve);
    } else if (command instanceof DeviceCommand.GiveBack back) {
      change(reservations.get().without(back.deviceId(), back.transactionId()), back.deviceId());
      back.replyTo().tell(Done.getInstance());
    } else if (command instanceof DeviceCommand.ArmFault arm) {
      ArmedFault fault =
          new ArmedFault(arm.fault(), arm.trigger(), arm.argument(), arm.marker().clone());
      route(
          arm.deviceId(), arm.replyTo(), new DeviceTask.Arm(fault, arm.standing(), arm.replyTo()));
    } else if (command instanceof DeviceCommand.ClearFaults clear) {
      route(clear.deviceId(), clear.replyTo(), new DeviceTask.Disarm(clear.replyTo()));
    } else if (command instanceof DeviceCommand.ForgiveDeath forgive) {
      DeviceDesk desk = desks.get(forgive.deviceId());
      if (desk != null) {
        desk.device().ifPresent(device -> device.tell(new DeviceTask.Forgive(forgive.epoch())));
      }
    } else if (command instanceof DeviceCommand.Reconnect reconnect) {
      DeviceDesk desk = desks.get(reconnect.deviceId());
      if (desk != null) {
        desk.device().ifPresent(device -> device.tell(new DeviceTask.Reconnect()));
      }
    } else if (command instanceof DeviceCommand.Inspect inspect) {
      onInspect(inspect);
    } else if (command instanceof DeviceCommand.Republish republish) {
      tell(republish.deviceId(), new DeviceTask.Republish());
    } else if (command instanceof DeviceCommand.ReclaimLeases reclaim) {
      tell(
          reclaim.deviceId(),
          new DeviceTask.ForWorker(
              new SlotCommand.ReclaimLeases(reclaim.epoch(), reclaim.leasesTaken())));
    } else if (command instanceof DeviceCommand.LoseLeases lose) {
      tell(
          lose.deviceId(),
          new DeviceTask.ForWorker(
              new SlotCommand.PutWrong(new SlotHarm.LoseLeases(lose.leases()))));
    } else if (command instanceof DeviceCommand.TakeAccount take) {
      tell(take.deviceId(), new DeviceTask.ForWorker(new SlotCommand.TakeAccount(take.epoch())));
    } else if (command instanceof DeviceCommand.AbortInWorker abort) {
      tell(
          abort.deviceId(),
          new DeviceTask.ForWorker(
              new SlotCommand.AbortInWorker(abort.epoch(), abort.transactionId())));
    } else if (command instanceof DeviceCommand.LoseModel lose) {
      tell(
          lose.deviceId(),
          new DeviceTask.ForWorker(
              new SlotCommand.PutWrong(new SlotHarm.LoseModel(lose.modelId(), lose.replyTo()))));
    } else if (command instanceof DeviceCommand.StrayModel stray) {
      tell(
          stray.deviceId(),
          new DeviceTask.ForWorker(
              new SlotCommand.PutWrong(
                  new SlotHarm.StrayModel(stray.modelId(), stray.like(), stray.replyTo()))));
    } else if (command instanceof DeviceCommand.Overhear overhear) {
      DeviceDesk desk = desks.get(overhear.signal().deviceId());
      if (desk != null) {
        desk.said(overhear.signal());
      }
    } else if (command instanceof DeviceCommand.ReplaceWorker replace) {
      tell(
          replace.deviceId(),
          new DeviceTask.ReplaceWorker(
              new SlotCommand.Replace(replace.epoch(), replace.why()), replace.cause()));
    } else if (command instanceof DeviceCommand.CheckCopies check) {
      tell(check.replyTo(), "read", copies.check().thenApply(DeviceCommand.Copies::new));
    } else if (command instanceof DeviceCommand.DropCopies drop) {
      tell(
          drop.replyTo(),
          "deleted",
          copies.drop(drop.keys()).thenApply(DeviceCommand.CopiesDropped::new));
    } else if (command instanceof DeviceCommand.RestoreCopy restore) {
      tell(
          restore.replyTo(),
          "put back",
          copies
              .restore(restore.key(), restore.from(), restore.sha256())
              .thenApply(DeviceCommand.CopyRestored::new));
    } else if (command instanceof DeviceCommand.StopAll stop) {
      onStopAll(stop);
    }
    return Behaviors.same();
  }

  /** A device that is starting again has no worker to free it: it is not handed to the next. */
  private void onDrop(DeviceCommand.DropModel drop) {
    DeviceDesk desk = desks.get(drop.deviceId());
    if (desk != null && desk.device().isEmpty()) {
      desk.drops(drop.modelId());
      drop.replyTo().tell(StatusReply.success(0L));
    } else {
      route(drop.deviceId(), drop.replyTo(), new DeviceTask.Drop(drop.modelId(), drop.replyTo()));
    }
  }

  private void onInspect(DeviceCommand.Inspect inspect) {
    List<DeviceInspection.Desk> known =
        desks.values().stream()
            .map(
                desk ->
                    new DeviceInspection.Desk(
                        desk.definition().id(),
                        desk.definition().memoryBudgetBytes(),
                        desk.published()))
            .toList();
    ActorRef<DeviceInspection.Said> inspection =
        ctx.spawnAnonymous(DeviceInspection.create(known, inspect.within(), inspect.replyTo()));
    desks.keySet().forEach(id -> tell(id, new DeviceTask.Inspect(inspection)));
  }

  /** What the disk came to, or why it came to nothing. */
  private static <R> void tell(
      ActorRef<StatusReply<R>> whom, String done, CompletionStage<R> result) {
    result.whenComplete(
        (reply, failure) ->
            whom.tell(
                failure == null
                    ? StatusReply.success(reply)
                    : StatusReply.error(OptimizedCopies.refusal(done, failure))));
  }

  /** To a device that lives; one that is starting again tells everything by itself. */
  private void tell(String deviceId, DeviceTask command) {
    DeviceDesk desk = desks.get(deviceId);
    if (desk != null) {
      desk.device().ifPresent(device -> device.tell(command));
    }
  }

  private void onSubscribe(ActorRef<DeviceSignal> subscriber) {
    if (subscribers.add(subscriber)) {
      ctx.watch(subscriber);
    }
    desks.values().forEach(desk -> desk.present().forEach(subscriber::tell));
    desks.keySet().stream()
        .filter(reservations.get()::exclusive)
        .forEach(id -> subscriber.tell(new DeviceSignal.Reserved(id, true)));
  }

  private void onReserve(DeviceCommand.Reserve reserve) {
    DeviceReservation asked = reserve.reservation();
    if (!desks.containsKey(asked.deviceId())) {
      reserve.replyTo().tell(StatusReply.error(unknown(asked.deviceId())));
      return;
    }
    var refusal = reservations.get().refusal(asked);
    if (refusal.isPresent()) {
      reserve.replyTo().tell(StatusReply.error(refusal.get()));
      return;
    }
    change(reservations.get().with(asked), asked.deviceId());
    reserve.replyTo().tell(StatusReply.success(asked));
  }

  /** Subscribers hear of it only if it changes what they may do. */
  private void change(DeviceReservations next, String deviceId) {
    boolean before = reservations.getAndSet(next).exclusive(deviceId);
    boolean now = next.exclusive(deviceId);
    if (before != now) {
      subscribers.forEach(subscriber -> subscriber.tell(new DeviceSignal.Reserved(deviceId, now)));
    }
  }

  /** Hands the command to its device, or answers why that cannot be. */
  private <T> void route(String deviceId, ActorRef<StatusReply<T>> replyTo, DeviceTask command) {
    DeviceDesk desk = desks.get(deviceId);
    if (desk == null) {
      replyTo.tell(StatusReply.error(unknown(deviceId)));
    } else if (desk.device().isEmpty()) {
      replyTo.tell(StatusReply.error(restarting(deviceId)));
    } else {
      desk.device().get().tell(command);
    }
  }

  private Refusal unknown(String deviceId) {
    return Refusal.of(
        "unknown_device",
        "Device " + deviceId + " is not one of this node's: " + desks.keySet(),
        "Name one of these, or add it to mainstay.device.devices");
  }

  private Refusal restarting(String deviceId) {
    return Refusal.busy(
        "Device " + deviceId + " is being started again after a failure of its own actor",
        with.settings().restart().backoffMax().toMillis());
  }

  private Behavior<Message> onReport(DeviceReport report) {
    DeviceDesk desk = desks.get(report.deviceId());
    if (report instanceof DeviceReport.Began began) {
      onBegan(desk, began.device());
    } else if (report instanceof DeviceReport.Said said) {
      say(desk, said.signal());
    } else if (report instanceof DeviceReport.Seen seen) {
      desk.seen(seen.view());
    } else if (report instanceof DeviceReport.Holds holds) {
      desk.holds(holds.held());
    } else if (report instanceof DeviceReport.Emptied) {
      desk.emptied();
      answerStoppers();
    }
    return Behaviors.same();
  }

  private void onBegan(DeviceDesk desk, ActorRef<DeviceTask> device) {
    desk.began(device);
    device.tell(new DeviceTask.Adopt(desk.held(), desk.lost(with.nanoTime().getAsLong())));
    if (stopping) {
      device.tell(new DeviceTask.Empty(Duration.ZERO));
    }
  }

  private void say(DeviceDesk desk, DeviceSignal signal) {
    desk.said(signal);
    subscribers.forEach(subscriber -> subscriber.tell(signal));
  }

  private Behavior<Message> onTerminated(Terminated terminated) {
    ActorRef<Void> ref = terminated.getRef();
    subscribers.removeIf(subscriber -> subscriber.equals(ref));
    DeviceDesk desk = desks.get(ref.path().name());
    if (desk != null && ref.path().parent().equals(ctx.getSelf().path())) {
      desk.ended();
      if (stopping) {
        desk.emptied();
        answerStoppers();
      } else {
        ctx.getLog().error("device actor stopped device={}", desk.definition().id());
        String id = desk.definition().id();
        timers.startSingleTimer(id, new Respawn(id), with.settings().restart().backoffMax());
      }
    }
    return Behaviors.same();
  }

  private Behavior<Message> onRespawn(Respawn respawn) {
    if (!stopping) {
      spawn(desks.get(respawn.deviceId).definition());
    }
    return Behaviors.same();
  }

  private void onStopAll(DeviceCommand.StopAll stop) {
    stoppers.add(stop.replyTo());
    if (!stopping) {
      stopping = true;
      timers.startSingleTimer(new StopOverdue(), stop.deadline().plus(STOP_GRACE));
      for (DeviceDesk desk : desks.values()) {
        desk.device()
            .ifPresentOrElse(
                device -> device.tell(new DeviceTask.Empty(stop.deadline())), desk::emptied);
      }
    }
    answerStoppers();
  }

  private void answerStoppers() {
    if (stopping && desks.values().stream().allMatch(DeviceDesk::isEmptied)) {
      timers.cancel(new StopOverdue());
      stoppers.forEach(to -> to.tell(StatusReply.success(Done.getInstance())));
      stoppers.clear();
    }
  }

  private Behavior<Message> onStopOverdue() {
    List<String> left =
        desks.values().stream()
            .filter(desk -> !desk.isEmptied())
            .map(desk -> desk.definition().id())
            .toList();
    stoppers.forEach(
        to ->
            to.tell(
                StatusReply.error(
                    Refusal.of(
                        "workers_left",
                        "Workers of " + left + " have not ended in time although they were killed",
                        "They end with the node; if one is stuck in the kernel, see dmesg"))));
    stoppers.clear();
    return Behaviors.same();
  }
}
