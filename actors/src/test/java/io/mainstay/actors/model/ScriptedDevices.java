package io.mainstay.actors.model;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.WorkerAccount;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.gateway.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A device domain that does what a test says. Its fields may be set from any thread. */
final class ScriptedDevices {
  final Map<String, String> states = new ConcurrentHashMap<>(Map.of("cpu-0", "serving"));
  final Map<String, DeviceReservation> reserved = new ConcurrentHashMap<>();

  /** What the worker of each device reports that it holds. */
  final Map<String, List<String>> held = new ConcurrentHashMap<>();

  final List<String> calls = new CopyOnWriteArrayList<>();
  final List<ActorRef<DeviceSignal>> subscribers = new CopyOnWriteArrayList<>();

  /** Loads that are asked for and not answered by {@link #answerLoads}. */
  final BlockingQueue<DeviceCommand.HoldModel> pending = new LinkedBlockingQueue<>();

  /** Unloads that are asked for and not answered by {@link #answerDrops}. */
  final BlockingQueue<DeviceCommand.DropModel> pendingDrops = new LinkedBlockingQueue<>();

  volatile boolean answerLoads = true;
  volatile boolean answerDrops = true;
  volatile Refusal loadRefusal;
  volatile String progressComponent = "model";

  /** How many unloads from now on are refused. */
  final AtomicInteger dropsRefused = new AtomicInteger();

  volatile LoadedModel loaded =
      new LoadedModel(
          5 << 20,
          Duration.ofMillis(12),
          List.of(new LoadedModel.Component("model", "", List.of(), List.of())));

  Behavior<DeviceCommand> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          take(command);
          return Behaviors.same();
        });
  }

  DeviceCommand.HoldModel nextLoad() throws InterruptedException {
    DeviceCommand.HoldModel load = pending.poll(10, TimeUnit.SECONDS);
    if (load == null) {
      throw new AssertionError("No load was asked for within 10 s; calls: " + calls);
    }
    return load;
  }

  DeviceCommand.DropModel nextDrop() throws InterruptedException {
    DeviceCommand.DropModel drop = pendingDrops.poll(10, TimeUnit.SECONDS);
    if (drop == null) {
      throw new AssertionError("No unload was asked for within 10 s; calls: " + calls);
    }
    return drop;
  }

  void signal(DeviceSignal signal) {
    subscribers.forEach(subscriber -> subscriber.tell(signal));
  }

  private void take(DeviceCommand command) {
    if (command instanceof DeviceCommand.ListDevices list) {
      list.replyTo()
          .tell(
              new DeviceCommand.DeviceList(
                  states.entrySet().stream().map(e -> view(e.getKey(), e.getValue())).toList(),
                  List.copyOf(reserved.values())));
    } else if (command instanceof DeviceCommand.Inspect inspect) {
      inspect
          .replyTo()
          .tell(
              new DeviceCommand.Inspected(
                  states.entrySet().stream().map(e -> facts(e.getKey(), e.getValue())).toList(),
                  true));
    } else if (command instanceof DeviceCommand.Reserve reserve) {
      DeviceReservation asked = reserve.reservation();
      DeviceReservation present = reserved.putIfAbsent(asked.deviceId(), asked);
      reserve
          .replyTo()
          .tell(
              present == null || present.transactionId().equals(asked.transactionId())
                  ? StatusReply.success(asked)
                  : StatusReply.error(Refusal.of("device_reserved", "reserved", "wait")));
    } else if (command instanceof DeviceCommand.GiveBack back) {
      reserved.values().removeIf(held -> held.transactionId().equals(back.transactionId()));
      back.replyTo().tell(akka.Done.getInstance());
    } else if (command instanceof DeviceCommand.Subscribe subscribe) {
      subscribers.add(subscribe.subscriber());
    } else if (command instanceof DeviceCommand.HoldModel hold) {
      calls.add("hold " + hold.load().modelId() + " " + hold.deviceId());
      hold.progressTo().tell(new LoadProgress("creating_session", 40, 0, progressComponent));
      if (loadRefusal != null) {
        hold.replyTo().tell(StatusReply.error(loadRefusal));
      } else if (answerLoads) {
        hold.replyTo().tell(StatusReply.success(loaded));
      } else {
        pending.add(hold);
      }
    } else if (command instanceof DeviceCommand.DropModel drop) {
      calls.add("drop " + drop.modelId() + " " + drop.deviceId());
      if (!answerDrops) {
        pendingDrops.add(drop);
        return;
      }
      drop.replyTo()
          .tell(
              dropsRefused.getAndUpdate(left -> Math.max(0, left - 1)) == 0
                  ? StatusReply.success(1000L)
                  : StatusReply.<Long>error(Refusal.busy("the device's actor restarts", 10)));
    }
  }

  /** The worker reports what it is said to hold; the device's own books are empty. */
  private DeviceFacts facts(String id, String state) {
    Map<String, Long> models =
        held.getOrDefault(id, List.of()).stream()
            .collect(Collectors.toMap(Function.identity(), model -> 5L << 20));
    return new DeviceFacts(
        id,
        state,
        64 << 20,
        3,
        Set.of(),
        Set.of(),
        List.of(
            new DeviceFacts.SlotFacts(
                "serving",
                3,
                42,
                true,
                true,
                false,
                Map.of(),
                0,
                0,
                DeviceFacts.ArenaFacts.NONE,
                Optional.of(new WorkerAccount(models, 0, Map.of(), 0, 0)))));
  }

  private DeviceView view(String id, String state) {
    return new DeviceView(
        id, "cpu", "test", state, 1, 3, 42, "none", 0, 0, 64 << 20, 0, List.of(), 0, 0, "");
  }
}
