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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final Map<String, DeviceDesk> desks = new LinkedHashMap<>();
  private final Set<ActorRef<DeviceSignal>> subscribers = new LinkedHashSet<>();
  private final List<ActorRef<StatusReply<Done>>> stoppers = new ArrayList<>();
  private boolean stopping;

  private DeviceSupervisor(
      DeviceCollaborators with, ActorContext<Message> ctx, TimerScheduler<Message> timers) {
    this.with = with;
    this.ctx = ctx;
    this.timers = timers;
    this.copies =
        OptimizedCopies.open(
            with.settings().cacheDirectory(),
            ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking()));
    this.reports = ctx.messageAdapter(DeviceReport.class, Reported::new);
    with.settings().devices().forEach(this::begin);
  }

  /** The device domain's supervisor; all devices of the settings start at once. */
  public static Behavior<DeviceCommand> create(DeviceCollaborators with) {
    Behavior<Message> inner =
        Behaviors.setup(
            ctx ->
                Behaviors.withTimers(timers -> new DeviceSupervisor(with, ctx, timers).running()));
    return Behaviors.transformMessages(
        DeviceCommand.class, inner, builder -> builder.match(DeviceCommand.class, Asked::new));
  }

  private void begin(DeviceDefinition definition) {
    desks.put(definition.id(), new DeviceDesk(definition));
    with.memory()
        .tell(new MemoryCommand.RegisterDevice(definition.id(), definition.memoryBudgetBytes()));
    spawn(definition);
  }

  private void spawn(DeviceDefinition definition) {
    Behavior<Device.Command> device = Device.create(definition, with, copies, reports);
    ActorRef<Device.Command> ref =
        ctx.spawn(with.guard().guard(Device.Command.class, device), definition.id(), THREADS);
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
              new DeviceCommand.DeviceList(desks.values().stream().map(DeviceDesk::view).toList()));
    } else if (command instanceof DeviceCommand.Subscribe subscribe) {
      onSubscribe(subscribe.subscriber());
    } else if (command instanceof DeviceCommand.HoldModel hold) {
      route(
          hold.deviceId(),
          hold.replyTo(),
          new Device.Hold(hold.load(), hold.progressTo(), hold.replyTo()));
    } else if (command instanceof DeviceCommand.DropModel drop) {
      route(drop.deviceId(), drop.replyTo(), new Device.Drop(drop.modelId(), drop.replyTo()));
    } else if (command instanceof DeviceCommand.ArmFault arm) {
      ArmedFault fault =
          new ArmedFault(arm.fault(), arm.trigger(), arm.argument(), arm.marker().clone());
      route(arm.deviceId(), arm.replyTo(), new Device.Arm(fault, arm.standing(), arm.replyTo()));
    } else if (command instanceof DeviceCommand.ClearFaults clear) {
      route(clear.deviceId(), clear.replyTo(), new Device.Disarm(clear.replyTo()));
    } else if (command instanceof DeviceCommand.ForgiveDeath forgive) {
      DeviceDesk desk = desks.get(forgive.deviceId());
      if (desk != null) {
        desk.device().ifPresent(device -> device.tell(new Device.Forgive(forgive.epoch())));
      }
    } else if (command instanceof DeviceCommand.Inspect inspect) {
      onInspect(inspect);
    } else if (command instanceof DeviceCommand.Republish republish) {
      tell(republish.deviceId(), new Device.Republish());
    } else if (command instanceof DeviceCommand.ReclaimLeases reclaim) {
      tell(
          reclaim.deviceId(),
          new Device.ForWorker(
              new WorkerSlot.ReclaimLeases(reclaim.epoch(), reclaim.leasesTaken())));
    } else if (command instanceof DeviceCommand.LoseLeases lose) {
      tell(lose.deviceId(), new Device.ForWorker(new WorkerSlot.LoseLeases(lose.leases())));
    } else if (command instanceof DeviceCommand.ReplaceWorker replace) {
      tell(
          replace.deviceId(),
          new Device.ForWorker(new WorkerSlot.Replace(replace.epoch(), replace.why())));
    } else if (command instanceof DeviceCommand.StopAll stop) {
      onStopAll(stop);
    }
    return Behaviors.same();
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
    desks.keySet().forEach(id -> tell(id, new Device.Inspect(inspection)));
  }

  /** To a device that lives; one that is starting again tells everything by itself. */
  private void tell(String deviceId, Device.Command command) {
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
  }

  /** Hands the command to its device, or answers why that cannot be. */
  private <T> void route(
      String deviceId, ActorRef<StatusReply<T>> replyTo, Device.Command command) {
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

  private void onBegan(DeviceDesk desk, ActorRef<Device.Command> device) {
    desk.began(device);
    device.tell(new Device.Adopt(desk.held(), desk.lost(with.nanoTime().getAsLong())));
    if (stopping) {
      device.tell(new Device.Empty(Duration.ZERO));
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
                device -> device.tell(new Device.Empty(stop.deadline())), desk::emptied);
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
