package io.mainstay.actors.memory;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.memory.MemoryCommand.Correct;
import io.mainstay.actors.memory.MemoryCommand.LedgerList;
import io.mainstay.actors.memory.MemoryCommand.ListLedgers;
import io.mainstay.actors.memory.MemoryCommand.RegisterDevice;
import io.mainstay.actors.memory.MemoryCommand.Release;
import io.mainstay.actors.memory.MemoryCommand.Reserve;
import io.mainstay.actors.memory.MemoryCommand.Settle;
import io.mainstay.actors.memory.MemoryCommand.SubscribePressure;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.state.source.NodeTelling;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Root of the memory domain: one ledger for each device, one for the host, and the pressure
 * monitor. It owns the books, so that a restarted ledger loses no reservation. A child that spends
 * its restart budget takes the domain with it, to the node's supervisor.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "coordination",
    fields = "usage")
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "policy",
    fields = "usage-reports")
public final class MemorySupervisor {
  private final ActorContext<MemoryCommand> context;
  private final MemorySettings settings;
  private final ChildGuard guard;
  private final Map<String, ActorRef<DeviceLedger.Command>> ledgers = new LinkedHashMap<>();
  // Read by the monitor on its own thread: a concurrent map of immutable ledgers.
  private final Map<String, AtomicReference<Ledger>> books;
  private final ActorRef<PressureMonitor.Command> monitor;

  private MemorySupervisor(
      ActorContext<MemoryCommand> context,
      MemorySettings settings,
      ChildGuard guard,
      SystemMemory.Probe probe,
      Map<String, AtomicReference<Ledger>> books,
      Map<String, PressureMonitor.Reading> readings,
      Set<ActorRef<PressureSignal>> subscribers) {
    this.books = books;
    this.context = context;
    this.settings = settings;
    this.guard = guard;
    books.putIfAbsent(HostLedger.ID, new AtomicReference<>(HostLedger.opening(settings)));
    books.keySet().forEach(this::open);
    this.monitor =
        context.spawn(
            guard.guard(
                PressureMonitor.Command.class,
                PressureMonitor.create(settings, probe, this::books, readings, subscribers)),
            "pressure-monitor");
    context.watch(monitor);
  }

  /**
   * The domain on this machine's memory.
   *
   * @param guard wraps each child in its supervision
   */
  public static Behavior<MemoryCommand> create(MemorySettings settings, ChildGuard guard) {
    return create(settings, guard, () -> SystemMemory.read(SystemMemory.MEMINFO));
  }

  static Behavior<MemoryCommand> create(
      MemorySettings settings, ChildGuard guard, SystemMemory.Probe probe) {
    // Outside setup: what workers hold, who hears of it and what they heard last, does not change
    // when this actor is restarted. The readings and the subscribers are the monitor's alone.
    Map<String, AtomicReference<Ledger>> books = new ConcurrentSkipListMap<>();
    Map<String, PressureMonitor.Reading> readings = new HashMap<>();
    Set<ActorRef<PressureSignal>> subscribers = new LinkedHashSet<>();
    return Behaviors.setup(
        context ->
            new MemorySupervisor(context, settings, guard, probe, books, readings, subscribers)
                .supervising());
  }

  private Behavior<MemoryCommand> supervising() {
    return Behaviors.receive(MemoryCommand.class)
        .onMessage(RegisterDevice.class, this::onRegisterDevice)
        .onMessage(Reserve.class, this::onReserve)
        .onMessage(Release.class, this::onRelease)
        .onMessage(Settle.class, this::onSettle)
        .onMessage(Correct.class, this::onCorrect)
        .onMessage(ListLedgers.class, this::onListLedgers)
        .onMessage(MemoryCommand.RateLedgers.class, this::onRateLedgers)
        .onMessage(MemoryCommand.LoseLedger.class, this::onLoseLedger)
        .onMessage(SubscribePressure.class, this::onSubscribePressure)
        .onSignal(ChildFailed.class, this::onChildFailed)
        .build();
  }

  private Behavior<MemoryCommand> onRegisterDevice(RegisterDevice register) {
    long arenaBytesMax = settings.arenaBytesMax(register.budgetBytes());
    NodeTelling.of(context.getSystem())
        .memoryPolicy(
            register.deviceId(), register.budgetBytes(), settings.thresholds().criticalAt());
    ActorRef<DeviceLedger.Command> known = ledgers.get(register.deviceId());
    if (known == null) {
      books.put(
          register.deviceId(),
          new AtomicReference<>(
              Ledger.empty(register.deviceId(), register.budgetBytes(), arenaBytesMax)));
      open(register.deviceId());
    } else {
      known.tell(new DeviceLedger.Rebudget(register.budgetBytes(), arenaBytesMax));
    }
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onReserve(Reserve reserve) {
    ActorRef<DeviceLedger.Command> ledger = ledgers.get(reserve.deviceId());
    if (ledger == null) {
      reserve
          .replyTo()
          .tell(
              StatusReply.error(
                  MemoryRefusals.noSuchDevice(
                      reserve.deviceId(),
                      reserve.owner(),
                      reserve.bytes(),
                      String.join(", ", ledgers.keySet()))));
    } else {
      ledger.tell(new DeviceLedger.Ask(reserve));
    }
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onRelease(Release release) {
    ActorRef<DeviceLedger.Command> ledger = ledgers.get(release.deviceId());
    if (ledger == null) {
      // Nothing can be held of a memory that was never registered.
      release.replyTo().tell(Done.getInstance());
    } else {
      ledger.tell(new DeviceLedger.GiveBack(release));
    }
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onSettle(Settle settle) {
    ActorRef<DeviceLedger.Command> ledger = ledgers.get(settle.deviceId());
    if (ledger != null) {
      ledger.tell(new DeviceLedger.Measured(settle));
    }
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onCorrect(Correct correct) {
    ActorRef<DeviceLedger.Command> ledger = ledgers.get(correct.deviceId());
    if (ledger == null) {
      correct.replyTo().tell(Done.getInstance());
    } else {
      ledger.tell(new DeviceLedger.PutRight(correct));
    }
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onLoseLedger(MemoryCommand.LoseLedger lose) {
    ActorRef<DeviceLedger.Command> ledger = ledgers.remove(lose.deviceId());
    if (ledger != null) {
      books.remove(lose.deviceId());
      context.unwatch(ledger);
      context.stop(ledger);
    }
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onListLedgers(ListLedgers list) {
    list.replyTo().tell(new LedgerList(books().stream().map(Ledger::view).toList()));
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onRateLedgers(MemoryCommand.RateLedgers rate) {
    monitor.tell(new PressureMonitor.Rate(rate.replyTo()));
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onSubscribePressure(SubscribePressure subscribe) {
    monitor.tell(new PressureMonitor.Subscribe(subscribe.subscriber()));
    return Behaviors.same();
  }

  private Behavior<MemoryCommand> onChildFailed(ChildFailed failed) {
    throw new IllegalStateException(
        "The memory domain gives up: "
            + failed.getRef().path().name()
            + " spent its restart budget",
        failed.cause());
  }

  private void open(String deviceId) {
    AtomicReference<Ledger> book = books.get(deviceId);
    ActorRef<DeviceLedger.Command> ledger =
        context.spawn(
            guard.guard(
                DeviceLedger.Command.class,
                deviceId.equals(HostLedger.ID)
                    ? HostLedger.create(book)
                    : DeviceLedger.create(book)),
            "ledger-" + deviceId);
    context.watch(ledger);
    ledgers.put(deviceId, ledger);
  }

  private List<Ledger> books() {
    return books.values().stream().map(AtomicReference::get).toList();
  }
}
