package io.mainstay.actors.support;

import io.mainstay.actors.device.DeviceSignal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** One of each kind of what the device domain tells; whoever subscribes takes them all. */
public final class EverySignal {
  private EverySignal() {}

  /**
   * In an order that may be.
   *
   * @throws AssertionError if a kind is missing here
   */
  public static List<DeviceSignal> of(String deviceId, long epoch) {
    ScriptedWorker worker = new ScriptedWorker(deviceId, epoch);
    List<DeviceSignal> signals =
        List.of(
            new DeviceSignal.WorkerUp(deviceId, worker, Set.of("tiny")),
            new DeviceSignal.ModelsChanged(deviceId, epoch, Set.of("tiny")),
            new DeviceSignal.Reserved(deviceId, true),
            new DeviceSignal.Reserved(deviceId, false),
            new DeviceSignal.WorkerSuspected(deviceId, epoch, "silent"),
            new DeviceSignal.WorkerCleared(deviceId, epoch),
            ScriptedDevices.down(worker),
            new DeviceSignal.DeviceFailed(deviceId, "r", "m", ScriptedDevices.death(epoch)));
    Set<Class<?>> missing =
        new HashSet<>(Arrays.asList(DeviceSignal.class.getPermittedSubclasses()));
    missing.removeAll(signals.stream().map(Object::getClass).collect(Collectors.toSet()));
    if (!missing.isEmpty()) {
      throw new AssertionError("no sample here of " + missing);
    }
    return signals;
  }
}
