package io.mainstay.actors.degradation.restoration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IntakeShareTest {
  @Test
  void everyShare_takesItsPart_evenly_andTheFirst() {
    for (int percent = 1; percent <= 100; percent++) {
      IntakeShare share = IntakeShare.WHOLE.at(percent);
      assertTrue(share.takesNext(), "the first one at " + percent + " %");
      int taken = 0;
      for (int offered = 1; offered <= 300; offered++) {
        taken += share.takesNext() ? 1 : 0;
        share = share.after();
        int least = offered * percent / 100;
        assertTrue(taken >= least && taken <= least + 1, percent + " % of " + offered);
      }
      assertEquals(3 * percent, taken);
    }
  }

  @Test
  void anotherShare_countsAnew_theSameGoesOn() {
    IntakeShare ten = IntakeShare.WHOLE.at(10).after();
    assertEquals(ten, ten.at(10));
    assertEquals(0, ten.at(25).offered());
    assertThrows(IllegalArgumentException.class, () -> ten.at(0));
  }
}
