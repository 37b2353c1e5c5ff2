package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.WorkerAccount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects for one {@link DeviceCommand.Inspect} what every device and every slot says of itself,
 * each from its own thread; answers when all have spoken or the time is over, and ends. Workers get
 * half of the time: without the account of one that is silent the answer is complete all the same.
 */
final class DeviceInspection {
  /** What it is told. */
  sealed interface Said {}

  /** Of the device; so many slots speak for themselves. */
  record OfDevice(String deviceId, String state, long servingEpoch, Set<String> wanted, int slots)
      implements Said {}

  /**
   * Of a slot.
   *
   * @param asked its worker is asked for its account, and {@link OfWorker} may follow
   */
  record OfSlot(String deviceId, DeviceFacts.SlotFacts facts, boolean asked) implements Said {}

  /**
   * Of the worker in a slot.
   *
   * @param account empty if it has none to give
   */
  record OfWorker(String deviceId, long epoch, Optional<WorkerAccount> account) implements Said {}

  private record WorkersOverdue() implements Said {}

  private record Overdue() implements Said {}

  /** What the supervisor itself knows of a device. */
  record Desk(String deviceId, long budgetBytes, Set<String> published) {}

  private final Map<String, Desk> desks = new LinkedHashMap<>();
  private final Map<String, OfDevice> devices = new HashMap<>();
  private final Map<String, List<DeviceFacts.SlotFacts>> slots = new HashMap<>();
  private final Set<Long> asked = new HashSet<>();
  private final Map<Long, Optional<WorkerAccount>> accounts = new HashMap<>();
  private final ActorRef<DeviceCommand.Inspected> replyTo;
  private boolean withoutWorkers;

  private DeviceInspection(List<Desk> desks, ActorRef<DeviceCommand.Inspected> replyTo) {
    desks.forEach(desk -> this.desks.put(desk.deviceId(), desk));
    this.replyTo = replyTo;
  }

  /** Told by everybody who was asked on behalf of it. */
  static Behavior<Said> create(
      List<Desk> desks, Duration within, ActorRef<DeviceCommand.Inspected> replyTo) {
    return Behaviors.setup(
        (ActorContext<Said> ctx) ->
            Behaviors.withTimers(
                timers -> {
                  timers.startSingleTimer(new Overdue(), within);
                  timers.startSingleTimer(new WorkersOverdue(), within.dividedBy(2));
                  return new DeviceInspection(desks, replyTo).listening();
                }));
  }

  private Behavior<Said> listening() {
    return Behaviors.receive(Said.class)
        .onMessage(
            OfDevice.class,
            said -> {
              devices.put(said.deviceId(), said);
              return next();
            })
        .onMessage(
            OfSlot.class,
            said -> {
              slots.computeIfAbsent(said.deviceId(), id -> new ArrayList<>()).add(said.facts());
              if (said.asked()) {
                asked.add(said.facts().epoch());
              }
              return next();
            })
        .onMessage(
            OfWorker.class,
            said -> {
              accounts.put(said.epoch(), said.account());
              return next();
            })
        .onMessage(
            WorkersOverdue.class,
            overdue -> {
              withoutWorkers = true;
              return next();
            })
        .onMessage(Overdue.class, overdue -> answer(false))
        .build();
  }

  private Behavior<Said> next() {
    for (String id : desks.keySet()) {
      OfDevice device = devices.get(id);
      if (device == null || slots.getOrDefault(id, List.of()).size() < device.slots()) {
        return Behaviors.same();
      }
    }
    return withoutWorkers || accounts.keySet().containsAll(asked) ? answer(true) : Behaviors.same();
  }

  private Behavior<Said> answer(boolean complete) {
    List<DeviceFacts> facts = new ArrayList<>();
    for (Desk desk : desks.values()) {
      OfDevice device = devices.get(desk.deviceId());
      if (device != null) {
        facts.add(
            new DeviceFacts(
                desk.deviceId(),
                device.state(),
                desk.budgetBytes(),
                device.servingEpoch(),
                desk.published(),
                device.wanted(),
                slots.getOrDefault(desk.deviceId(), List.of()).stream().map(this::told).toList()));
      }
    }
    replyTo.tell(new DeviceCommand.Inspected(facts, complete));
    return Behaviors.stopped();
  }

  private DeviceFacts.SlotFacts told(DeviceFacts.SlotFacts slot) {
    return accounts.getOrDefault(slot.epoch(), Optional.empty()).map(slot::with).orElse(slot);
  }
}
