package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.Set;

/** What the device domain tells its subscribers. Node-local. In order for each device. */
public sealed interface DeviceSignal {
  /** Which device. */
  String deviceId();

  /**
   * A worker serves the device: after a launch, a restart or a takeover by its standby. It has the
   * models that the device is to hold. A standby may have been launched before the worker that it
   * follows, so an epoch says which worker, never which is later: what was said last counts.
   */
  record WorkerUp(String deviceId, WorkerPort port, Set<String> models) implements DeviceSignal {
    public WorkerUp {
      models = Set.copyOf(models);
    }
  }

  /** A model was loaded into, or unloaded from, the serving worker. */
  record ModelsChanged(String deviceId, long epoch, Set<String> models) implements DeviceSignal {
    public ModelsChanged {
      models = Set.copyOf(models);
    }
  }

  /**
   * Beats are missing: send nothing new. Either {@link WorkerCleared} or {@link WorkerDown} of the
   * same epoch follows. With a loaded standby, its {@link WorkerUp} comes before that: then the
   * suspected worker serves no more, and what it has in flight is answered when it is cleared or
   * dies. So compare epochs.
   */
  record WorkerSuspected(String deviceId, long epoch, String reason) implements DeviceSignal {}

  /** It answers again. */
  record WorkerCleared(String deviceId, long epoch) implements DeviceSignal {}

  /**
   * The serving worker died. What was in flight has been answered {@code WorkerLost}. A successor
   * follows with {@link WorkerUp}, unless {@link DeviceFailed} does.
   *
   * @param cause the journal's event of the death
   */
  record WorkerDown(String deviceId, long epoch, DeathReport report, EventMeta cause)
      implements DeviceSignal {}

  /**
   * A reservation of the device began or ended. While it is exclusive, send nothing new to it.
   *
   * @param exclusive whether inference must wait now
   */
  record Reserved(String deviceId, boolean exclusive) implements DeviceSignal {}

  /** The restart budget is spent, or the device cannot be brought up: no successor for now. */
  record DeviceFailed(String deviceId, String reason, String remedy, EventMeta cause)
      implements DeviceSignal {}
}
