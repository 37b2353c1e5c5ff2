package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.PressureSignal;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.state.DeviceConfigUpdate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says how each device is configured: at its start, and whenever the pressure on its memory changes
 * that. What is said lasts: a worker that comes later is told it before anything else.
 */
final class DeviceTuner {
  /** Memory of the machine, beside the devices' own. */
  private static final String MACHINE = "system";

  private final List<DeviceDefinition> devices;
  private final StateVoice voice;
  private final Map<String, PressureLevel> pressures = new HashMap<>();
  private final Map<String, DeviceConfigUpdate> told = new HashMap<>();

  private DeviceTuner(
      ActorContext<PressureSignal> ctx,
      List<DeviceDefinition> devices,
      ActorRef<MemoryCommand> memory) {
    this.devices = devices;
    this.voice = StateVoice.of(ctx.getSystem());
    memory.tell(new MemoryCommand.SubscribePressure(ctx.getSelf()));
    say();
  }

  static Behavior<PressureSignal> create(
      List<DeviceDefinition> devices, ActorRef<MemoryCommand> memory) {
    return Behaviors.setup(ctx -> new DeviceTuner(ctx, devices, memory).tuning());
  }

  private Behavior<PressureSignal> tuning() {
    return Behaviors.receive(PressureSignal.class)
        .onMessage(
            PressureSignal.class,
            signal -> {
              pressures.put(signal.memory(), signal.level());
              say();
              return Behaviors.same();
            })
        .build();
  }

  private void say() {
    for (DeviceDefinition device : devices) {
      DeviceConfigUpdate now = device.tuning().told(device.id(), pressureOn(device));
      if (!now.equals(told.put(device.id(), now))) {
        voice.say(now, Set.of(device.id()));
      }
    }
  }

  /** Of its own memory, and of the machine's where it uses that. */
  private PressureLevel pressureOn(DeviceDefinition device) {
    PressureLevel own = pressures.getOrDefault(device.id(), PressureLevel.LOW);
    PressureLevel machine = pressures.getOrDefault(MACHINE, PressureLevel.LOW);
    return device.usesHostMemory() && machine.compareTo(own) > 0 ? machine : own;
  }
}
