package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.support.RecoveryStage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StuckWorkersTest {
  private static final DeviceView FIRST = RecoveryStage.view("cpu-0", "serving", 1);
  private static final DeviceView DOWN = RecoveryStage.view("cpu-1", "backing-off", 1);

  @Test
  void workerThatServes_isStuck_ifALoadOfItsDeviceStandsStill() {
    List<DeviceView> all = List.of(FIRST, DOWN);
    assertEquals(List.of(FIRST), StuckWorkers.stuck(all, Set.of("m on cpu-0", "m on cpu-1")));
    assertEquals(List.of(), StuckWorkers.stuck(all, Set.of("m on cpu-00")));
    assertEquals(List.of(), StuckWorkers.stuck(all, Set.of()));
  }

  @Test
  void workers_areReplaced_whenALaterOneServesInEachPlace() {
    DeviceView later = RecoveryStage.view("cpu-0", "serving", 2);
    assertTrue(StuckWorkers.areReplaced(List.of(FIRST), List.of(DOWN, later)));
    assertTrue(StuckWorkers.areReplaced(List.of(), List.of(DOWN)));
    assertFalse(StuckWorkers.areReplaced(List.of(FIRST), List.of(FIRST)), "the same one");
    assertFalse(
        StuckWorkers.areReplaced(
            List.of(FIRST), List.of(RecoveryStage.view("cpu-0", "starting", 2))),
        "it does not serve");
    assertFalse(StuckWorkers.areReplaced(List.of(FIRST, DOWN), List.of(later, DOWN)), "one of two");
    assertFalse(StuckWorkers.areReplaced(List.of(FIRST), List.of()), "the device is gone");
  }
}
