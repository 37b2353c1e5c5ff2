package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.PressureSignal;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.PressureLevel;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a node sees of itself that calls for a mode: pressure on the machine's memory that lasts,
 * and devices that are given up. It says so, and takes it back; entering and leaving is the
 * keeper's. Whatever its last life said and this one does not see is taken back too.
 */
final class ModeWatch {
  /** What the watch is told. */
  sealed interface Heard {}

  record Pressed(PressureSignal signal) implements Heard {}

  record Signalled(DeviceSignal signal) implements Heard {}

  private record Sustained() implements Heard {}

  /** The modes as they are when the watch begins. */
  private record Found(ModeView view) implements Heard {}

  private static final String MACHINE = "system";
  private static final String MEMORY_SOURCE = "memory of the machine";
  private static final String DEVICE_SOURCE = "device watch";
  private static final ModeKey CONSERVATION =
      ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);
  private static final ModeKey MINIMAL = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
  private static final ModeKey CPU_ONLY =
      ModeKey.of(DegradationMode.DEVICE_ISOLATION, DegradationSubState.CPU_ONLY_OPERATION, "");

  private final TimerScheduler<Heard> timers;
  private final ModeSettings.Watch settings;
  private final ActorRef<ModeCommand> modes;
  private final List<String> devices;
  private final Set<String> failed = new TreeSet<>();
  private PressureLevel pressure = PressureLevel.LOW;
  private double used;

  private ModeWatch(
      TimerScheduler<Heard> timers,
      ModeSettings.Watch settings,
      ActorRef<ModeCommand> modes,
      List<String> devices) {
    this.timers = timers;
    this.settings = settings;
    this.modes = modes;
    this.devices = List.copyOf(devices);
    if (settings.memory()) {
      timers.startSingleTimer(new Sustained(), settings.memorySustained());
    }
  }

  /** A watch over these domains. */
  static ActorRef<Heard> follow(
      ActorContext<NodeCommand> ctx,
      ModeSettings.Watch settings,
      List<String> devices,
      ActorRef<ModeCommand> modes,
      Domains domains) {
    return ctx.spawnAnonymous(create(settings, devices, modes, domains.memory(), domains.device()));
  }

  static Behavior<Heard> create(
      ModeSettings.Watch settings,
      List<String> devices,
      ActorRef<ModeCommand> modes,
      ActorRef<MemoryCommand> memory,
      ActorRef<DeviceCommand> device) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  ModeWatch watch = new ModeWatch(timers, settings, modes, devices);
                  if (settings.memory()) {
                    memory.tell(
                        new MemoryCommand.SubscribePressure(
                            ctx.messageAdapter(PressureSignal.class, Pressed::new)));
                  }
                  if (settings.devices()) {
                    device.tell(
                        new DeviceCommand.Subscribe(
                            ctx.messageAdapter(DeviceSignal.class, Signalled::new)));
                  }
                  modes.tell(new ModeCommand.Get(ctx.messageAdapter(ModeView.class, Found::new)));
                  return watch.watching();
                }));
  }

  private Behavior<Heard> watching() {
    return Behaviors.receive(Heard.class)
        .onMessage(Pressed.class, heard -> onPressure(heard.signal()))
        .onMessage(Found.class, found -> onFound(found.view()))
        .onMessage(Sustained.class, lasted -> onSustained())
        .onMessage(Signalled.class, heard -> onDevice(heard.signal()))
        .build();
  }

  /** What an earlier life said of what is not watched any more is taken back. */
  private Behavior<Heard> onFound(ModeView view) {
    for (ModeView.Active active : view.active()) {
      for (ModeView.Ground ground : active.grounds()) {
        if (ground.source().equals(MEMORY_SOURCE) && !settings.memory()) {
          leave(active.key(), MEMORY_SOURCE, ModeSettings.PATH + ".watch.memory = off", null);
        } else if (ground.source().equals(DEVICE_SOURCE) && !settings.devices()) {
          leave(active.key(), DEVICE_SOURCE, ModeSettings.PATH + ".watch.devices = off", null);
        } else if (ground.source().equals(DEVICE_SOURCE) && isGone(active.key())) {
          leave(active.key(), DEVICE_SOURCE, "the node has no such device any more", null);
        }
      }
    }
    return Behaviors.same();
  }

  private boolean isGone(ModeKey key) {
    return key.part().isEmpty() && !key.subject().isEmpty() && !devices.contains(key.subject());
  }

  private Behavior<Heard> onPressure(PressureSignal signal) {
    if (signal.memory().equals(MACHINE)) {
      pressure = signal.level();
      used = signal.usedFraction();
      // Down is said at once: the keeper has a quiet time of its own.
      if (pressure.compareTo(PressureLevel.CRITICAL) < 0) {
        leave(MINIMAL, MEMORY_SOURCE, memoryText(), null);
      }
      if (pressure == PressureLevel.LOW) {
        leave(CONSERVATION, MEMORY_SOURCE, memoryText(), null);
      }
      timers.startSingleTimer(new Sustained(), settings.memorySustained());
    }
    return Behaviors.same();
  }

  private Behavior<Heard> onSustained() {
    if (pressure == PressureLevel.LOW) {
      leave(CONSERVATION, MEMORY_SOURCE, memoryText(), null);
    } else {
      enter(CONSERVATION, ModeTrigger.MEMORY_PRESSURE_WARNING, MEMORY_SOURCE, memoryText(), null);
    }
    if (pressure == PressureLevel.CRITICAL) {
      enter(MINIMAL, ModeTrigger.SYSTEM_OUT_OF_MEMORY, MEMORY_SOURCE, memoryText(), null);
    } else {
      leave(MINIMAL, MEMORY_SOURCE, memoryText(), null);
    }
    return Behaviors.same();
  }

  private String memoryText() {
    return pressure == PressureLevel.LOW && used == 0
        ? "the machine's memory is under no pressure"
        : Math.round(used * 100) + " % of the machine's memory is in use";
  }

  private Behavior<Heard> onDevice(DeviceSignal signal) {
    String id = signal.deviceId();
    if (signal instanceof DeviceSignal.DeviceFailed gone) {
      failed.add(id);
      enter(
          isolation(id),
          ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION,
          DEVICE_SOURCE,
          gone.reason(),
          gone.cause());
      enterForAll(gone);
    } else if (signal instanceof DeviceSignal.WorkerUp) {
      failed.remove(id);
      leave(isolation(id), DEVICE_SOURCE, id + " serves again", null);
      leave(MINIMAL, DEVICE_SOURCE, id + " serves again", null);
      if (!onlyCpusLeft()) {
        leave(CPU_ONLY, DEVICE_SOURCE, id + " serves again", null);
      }
    }
    return Behaviors.same();
  }

  private void enterForAll(DeviceSignal.DeviceFailed gone) {
    if (failed.containsAll(devices)) {
      enter(
          MINIMAL,
          ModeTrigger.DEVICE_DISCOVERY_FAILURE,
          DEVICE_SOURCE,
          "no device is left; the last was " + gone.deviceId() + ": " + gone.reason(),
          gone.cause());
    } else if (onlyCpusLeft()) {
      enter(
          CPU_ONLY,
          ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION,
          DEVICE_SOURCE,
          "only CPU devices are left: " + gone.reason(),
          gone.cause());
    }
  }

  private boolean onlyCpusLeft() {
    List<String> others = devices.stream().filter(id -> !id.startsWith("cpu-")).toList();
    return !others.isEmpty() && failed.containsAll(others) && !failed.containsAll(devices);
  }

  private static ModeKey isolation(String deviceId) {
    return ModeKey.of(DegradationMode.DEVICE_ISOLATION, deviceId);
  }

  private void enter(
      ModeKey key, ModeTrigger trigger, String source, String reason, EventMeta cause) {
    modes.tell(new ModeCommand.Enter(key, trigger, source, reason, cause, null));
  }

  private void leave(ModeKey key, String source, String reason, EventMeta cause) {
    modes.tell(new ModeCommand.Leave(key, source, reason, cause, null));
  }
}
