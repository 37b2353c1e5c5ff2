package io.mainstay.actors.recovery.action.device;

import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import java.util.function.BiConsumer;

/** A device that serves again after a failover gets the models that it had. Thread-safe. */
public final class ReturnedDevices implements BiConsumer<ModeView.Active, String> {
  private final ActionFloor floor;
  private final FailedDevices failed;

  public ReturnedDevices(ActionFloor floor, FailedDevices failed) {
    this.floor = floor;
    this.failed = failed;
  }

  @Override
  public void accept(ModeView.Active left, String subject) {
    String deviceId = left.key().subject();
    if (left.key().mode() == DegradationMode.DEVICE_ISOLATION && !deviceId.isEmpty()) {
      for (String model : failed.back(deviceId)) {
        floor
            .ports()
            .model()
            .tell(new ModelCommand.EnsureLoaded(model, deviceId, floor.system().ignoreRef()));
      }
    }
  }
}
