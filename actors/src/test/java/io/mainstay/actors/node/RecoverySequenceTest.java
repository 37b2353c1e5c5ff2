package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.node.RecoverySequence.Component;
import io.mainstay.actors.node.RecoverySequence.Look;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoverySequenceTest {
  @Test
  void components_comeBackInTheOrderInWhichTheyLeanOnEachOther() {
    RecoverySequence sequence = RecoverySequence.begin();
    List<Component> order = new ArrayList<>();
    while (sequence.next().isPresent()) {
      var told = sequence.told(Look.whole("all"), false).orElseThrow();
      order.add(told.component());
      assertEquals(order.size(), told.order());
      assertEquals("recovered", told.outcome());
      sequence = sequence.after();
    }
    assertEquals(
        List.of(
            Component.JOURNAL,
            Component.DEVICE,
            Component.MEMORY,
            Component.MODEL,
            Component.PROCESSING),
        order);
  }

  @Test
  void componentThatIsNotWhole_isWaitedFor_untilItLastsOrItsTimeIsOver() {
    RecoverySequence sequence = RecoverySequence.begin().after();
    Look partial = new Look(false, false, "1 of 2 serve");
    assertTrue(sequence.told(partial, false).isEmpty());
    assertEquals("degraded", sequence.told(partial, true).orElseThrow().outcome());
    Look failed = new Look(false, true, "1 of 2 serve, failed: [cpu-1]");
    var told = sequence.told(failed, false).orElseThrow();
    assertEquals("degraded", told.outcome());
    assertEquals(failed.evidence(), told.evidence());
  }
}
