package io.mainstay.actors.state.source;

import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StatePriority;
import java.time.Instant;

/** What a worker that died cannot say any more, said in its name. Pure. */
public final class DeathTelling {
  private DeathTelling() {}

  /**
   * It computes nothing and uses nothing any more, and counts as one error more: the last of its
   * state.
   *
   * @param last that it said itself
   * @param health that it had
   * @param urgency critical where the device cannot be used now
   */
  public static StateEnvelope of(
      String deviceId,
      StateEnvelope last,
      DeviceHealthUpdate.HealthMetrics health,
      StatePriority urgency,
      Instant at) {
    return new StateEnvelope(
        last.epoch(),
        last.sequence() + 1,
        0,
        last.version() + 1,
        at,
        new DeviceHealthUpdate(
            deviceId,
            new DeviceHealthUpdate.HealthMetrics(
                health.temperature(), 0, 0, health.errorCount() + 1),
            at,
            urgency));
  }
}
