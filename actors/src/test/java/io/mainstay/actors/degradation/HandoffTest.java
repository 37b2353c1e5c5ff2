package io.mainstay.actors.degradation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.degradation.Handoff.Situation;
import io.mainstay.actors.degradation.Handoff.Trigger;
import io.mainstay.persistence.session.WorkClass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandoffTest {
  private static List<Situation> situations() {
    List<Situation> all = new ArrayList<>();
    for (int bits = 0; bits < 8; bits++) {
      all.add(new Situation((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0));
    }
    return all;
  }

  @Test
  void everySituation_takesAWayThatIsOpen_andLosesNothingThatWaits() {
    for (Trigger trigger : Trigger.values()) {
      for (Situation now : situations()) {
        Handoff way = Handoff.decide(trigger, now);
        String what = trigger + " " + now;
        switch (way) {
          case OPERATION_MIGRATION -> assertTrue(now.elsewhere(), what);
          case OPERATION_SIMPLIFICATION -> assertTrue(now.simpler(), what);
          case OPERATION_DEFERRAL, OPERATION_CANCELLATION -> {
            assertTrue(!now.elsewhere() && !now.simpler(), what + ": a better way was open");
            assertEquals(now.waits(), way == Handoff.OPERATION_DEFERRAL, what);
          }
        }
        if (now.waits()) {
          assertNotEquals(Handoff.OPERATION_CANCELLATION, way, what);
        }
      }
    }
  }

  @Test
  void whatFailed_isLeftFirst_whatIsShort_isAskedForLess() {
    Situation both = new Situation(true, true, true);
    assertEquals(
        Handoff.OPERATION_MIGRATION, Handoff.decide(Trigger.DOMAIN_FAILURE_DETECTION, both));
    assertEquals(
        Handoff.OPERATION_SIMPLIFICATION, Handoff.decide(Trigger.DOMAIN_RESOURCE_EXHAUSTION, both));
    assertEquals(
        Handoff.OPERATION_SIMPLIFICATION,
        Handoff.decide(Trigger.PERFORMANCE_THRESHOLD_BREACH, both));
  }

  @Test
  void priorities_keepRoomForWhatSomebodyWaitsFor() {
    assertEquals(WorkPriority.HIGH, WorkPriority.ofOffered(WorkClass.INTERACTIVE));
    assertEquals(WorkPriority.MEDIUM, WorkPriority.ofOffered(WorkClass.STANDARD));
    assertEquals(WorkPriority.LOW, WorkPriority.ofOffered(WorkClass.BATCH));
    assertEquals(10, WorkPriority.within(10, 1));
    assertEquals(9, WorkPriority.within(10, 0.9));
    assertEquals(1, WorkPriority.within(1, 0.5));
    assertEquals("full_resource_access", WorkPriority.CRITICAL.guarantee());
    assertTrue(WorkPriority.CRITICAL.operations().contains("safety_validation"));
  }
}
