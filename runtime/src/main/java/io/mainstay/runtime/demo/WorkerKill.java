package io.mainstay.runtime.demo;

import io.mainstay.actors.device.DeviceView;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A worker ended with SIGKILL, as by an operator or the kernel.
 *
 * @param at when the signal was sent
 */
record WorkerKill(String deviceId, long pid, long epoch, Instant at) {
  /** The busiest serving worker, if any serves. */
  static Optional<DeviceView> victim(List<DeviceView> devices) {
    return devices.stream()
        .filter(device -> device.pid() > 0 && device.serves())
        .max(Comparator.comparingInt(DeviceView::queueDepth));
  }

  /** Kills that device's worker; empty when its process was gone already. */
  static Optional<WorkerKill> of(DeviceView device) {
    return ProcessHandle.of(device.pid())
        .map(
            process -> {
              Instant at = Instant.now();
              return process.destroyForcibly()
                  ? new WorkerKill(device.id(), device.pid(), device.epoch(), at)
                  : null;
            });
  }
}
