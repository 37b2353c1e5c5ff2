package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.device.DeviceView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers that refuse the model. The refusal is an answer, not a death: the device goes on without
 * the model, and gets it again when no other device has it.
 */
class RefusedLoadIT {
  private static final String MODEL = "all-minilm-l6-v2-q";

  @TempDir Path directory;

  @Test
  void modelRefusedByASuccessor_theOtherDeviceWorks_andTheDeviceHasItAgainWhenNeeded()
      throws Exception {
    TwoDevices stage = TwoDevices.start(directory);
    try {
      DeviceView refusing = loseModel(stage, "cpu-0");
      assertEquals(refusing.restarts(), stage.device("cpu-0").restarts(), "it is no death");
      stage.assertUndisturbedResult(stage.submit());
      assertEquals(List.of(), stage.device("cpu-0").models());

      stage.forget("cpu-0");
      stage.kill(refusing);
      stage.awaitSuccessorOf(refusing);
      loseModel(stage, "cpu-1");
      stage.assertUndisturbedResult(stage.submit());
      assertEquals(List.of(MODEL), stage.device("cpu-0").models());
      stage.restore();
    } finally {
      stage.stop();
    }
  }

  /** From now on every worker of that device refuses; answers the device as it serves without. */
  private static DeviceView loseModel(TwoDevices stage, String id) throws Exception {
    DeviceView before = stage.device(id);
    assertEquals(List.of(MODEL), before.models());
    stage.inject(id, "refuse-load", "now", 0, true);
    stage.kill(before);
    stage.awaitSuccessorOf(before);
    DeviceView without = stage.device(id);
    assertEquals(List.of(), without.models(), without.toString());
    return without;
  }
}
