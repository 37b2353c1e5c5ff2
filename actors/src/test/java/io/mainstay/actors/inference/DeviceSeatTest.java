package io.mainstay.actors.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.inference.DeviceSeat.Standing;
import io.mainstay.actors.support.EverySignal;
import io.mainstay.actors.support.ScriptedDevices;
import io.mainstay.actors.support.ScriptedWorker;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeviceSeatTest {
  private static final DeviceSignal SUSPECTED_1 =
      new DeviceSignal.WorkerSuspected("cpu-0", 1, "silent");
  private static final DeviceSignal CLEARED_1 = new DeviceSignal.WorkerCleared("cpu-0", 1);
  private static final DeviceSignal DOWN_1 = ScriptedDevices.down(new ScriptedWorker("cpu-0", 1));
  private static final DeviceSignal FAILED =
      new DeviceSignal.DeviceFailed("cpu-0", "r", "m", ScriptedDevices.death(1));

  private static DeviceSignal up(long epoch) {
    return new DeviceSignal.WorkerUp("cpu-0", new ScriptedWorker("cpu-0", epoch), Set.of("m"));
  }

  private static DeviceSeat after(DeviceSignal... signals) {
    DeviceSeat seat = DeviceSeat.absent("cpu-0");
    for (DeviceSignal signal : signals) {
      seat = seat.after(signal);
    }
    return seat;
  }

  @Test
  void life_ofOneWorker() {
    assertEquals(Standing.ABSENT, after().standing());
    assertEquals(Standing.UP, after(up(1)).standing());
    assertTrue(after(up(1)).holds("m"));
    assertEquals(Standing.SUSPECTED, after(up(1), SUSPECTED_1).standing());
    assertEquals(Standing.UP, after(up(1), SUSPECTED_1, CLEARED_1).standing());
    assertEquals(Standing.DOWN, after(up(1), SUSPECTED_1, DOWN_1).standing());
    assertEquals(Standing.UP, after(up(1), DOWN_1, up(2)).standing());
    assertEquals(Standing.FAILED, after(up(1), DOWN_1, FAILED).standing());
    assertEquals(Standing.UP, after(up(1), DOWN_1, FAILED, up(2)).standing());
  }

  @Test
  void takeover_beforeTheDeathIsTold_standsAgainstOldSignals() {
    DeviceSeat seat = after(up(1), SUSPECTED_1, up(2), DOWN_1);
    assertEquals(Standing.UP, seat.standing());
    assertEquals(2, seat.epoch());
    assertEquals(Standing.UP, after(up(2), SUSPECTED_1).standing());
    // A standby may have been launched before the worker that it replaces.
    assertEquals(1, after(up(2), up(1)).epoch());
  }

  @Test
  void clearing_doesNotRaiseTheDead() {
    assertEquals(Standing.DOWN, after(up(1), DOWN_1, CLEARED_1).standing());
    assertEquals(Standing.FAILED, after(up(1), FAILED, DOWN_1).standing());
  }

  @Test
  void onlyAFailedDevice_isTakenForOne() {
    for (DeviceSignal signal : EverySignal.of("cpu-0", 1)) {
      assertEquals(
          signal instanceof DeviceSignal.DeviceFailed,
          after(up(1), signal).standing() == Standing.FAILED,
          signal.toString());
    }
  }

  @Test
  void models_followTheirEpoch() {
    DeviceSignal changed = new DeviceSignal.ModelsChanged("cpu-0", 1, Set.of("a", "b"));
    assertTrue(after(up(1), changed).holds("b"));
    assertFalse(after(up(2), changed).holds("b"));
    assertTrue(after(up(1)).withModel("x").holds("x"));
    assertFalse(after(up(1)).withoutModel("m").holds("m"));
  }
}
