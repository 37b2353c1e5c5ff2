package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.worker.LoadCall;
import java.util.List;

/** What a {@link Device} tells the supervisor. */
sealed interface DeviceReport {
  /** Which device. */
  String deviceId();

  /** The device's actor began, again or for the first time; it waits to be told what to hold. */
  record Began(String deviceId, ActorRef<DeviceTask> device) implements DeviceReport {}

  /** For the subscribers. */
  record Said(DeviceSignal signal) implements DeviceReport {
    @Override
    public String deviceId() {
      return signal.deviceId();
    }
  }

  /** What it looks like now. */
  record Seen(DeviceView view) implements DeviceReport {
    @Override
    public String deviceId() {
      return view.id();
    }
  }

  /** What it holds, for its next life. */
  record Holds(String deviceId, List<LoadCall> held) implements DeviceReport {
    public Holds {
      held = List.copyOf(held);
    }
  }

  /** No worker process is left. */
  record Emptied(String deviceId) implements DeviceReport {}
}
