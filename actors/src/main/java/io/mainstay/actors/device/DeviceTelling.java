package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.actors.state.source.DeathTelling;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StatePriority;
import java.time.Clock;
import java.util.OptionalDouble;

/**
 * What a device passes on of its workers' state: who serves, what that worker says, and, where it
 * died, what it cannot say any more. Confined to the device.
 */
final class DeviceTelling {
  private final String deviceId;
  private final StateVoice voice;
  private final Clock clock;

  /** Incarnation whose words are passed on. */
  private long heardEpoch;

  private StateEnvelope last;
  private DeviceHealthUpdate.HealthMetrics health =
      new DeviceHealthUpdate.HealthMetrics(OptionalDouble.empty(), 0, 0, 0);

  DeviceTelling(String deviceId, StateVoice voice, Clock clock) {
    this.deviceId = deviceId;
    this.voice = voice;
    this.clock = clock;
  }

  /** The worker of the seat that serves, or is to serve next, told something. */
  void heard(StateEnvelope told) {
    follow(told.epoch());
    last = told;
    if (told.message() instanceof DeviceHealthUpdate update) {
      health = update.healthMetrics();
    }
    voice.heard(deviceId, told);
  }

  /** That worker serves: what concerns the device is told to it from now on. */
  void serves(WorkerPort port) {
    follow(port.epoch());
    voice.serves(deviceId, port.epoch(), new PublishedState(port));
  }

  /**
   * A worker died; that is the last of its state.
   *
   * @param urgency critical where the device cannot be used now
   */
  void died(long epoch, StatePriority urgency) {
    if (last != null && last.epoch() == epoch) {
      voice.heard(deviceId, DeathTelling.of(deviceId, last, health, urgency, clock.instant()));
      last = null;
    }
    ended(epoch);
  }

  /** A worker ended, and nobody minds. */
  void ended(long epoch) {
    voice.ended(deviceId, epoch);
  }

  private void follow(long epoch) {
    if (heardEpoch != epoch) {
      heardEpoch = epoch;
      last = null;
      health = new DeviceHealthUpdate.HealthMetrics(OptionalDouble.empty(), 0, 0, 0);
      voice.greeted(deviceId, epoch);
    }
  }
}
