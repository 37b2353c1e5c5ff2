package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.node.RecoverySequence.Component;
import io.mainstay.actors.node.RecoverySequence.Look;
import io.mainstay.actors.node.RecoverySequence.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoverySequenceTest {
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30));

  @Test
  void components_comeBackInTheOrderInWhichTheyLeanOnEachOther() {
    RecoverySequence sequence = RecoverySequence.begin();
    List<Component> order = new ArrayList<>();
    while (sequence.next().isPresent()) {
      var told = sequence.told(Look.whole("all"), Duration.ZERO, PATIENCE).orElseThrow();
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
            Component.INFERENCE,
            Component.PROCESSING,
            Component.POSTPROCESSING),
        order);
  }

  @Test
  void componentThatIsNotWhole_isWaitedFor_untilItLastsOrItsTimeIsOver() {
    RecoverySequence sequence = RecoverySequence.begin().after();
    Look partial = new Look(false, true, false, "1 of 2 serve");
    assertTrue(sequence.told(partial, Duration.ofMillis(4_999), PATIENCE).isEmpty());
    assertEquals(
        "degraded",
        sequence.told(partial, Duration.ofSeconds(5), PATIENCE).orElseThrow().outcome());
    Look none = Look.useless("0 of 2 serve");
    assertTrue(sequence.told(none, Duration.ofMillis(29_999), PATIENCE).isEmpty());
    assertEquals(
        "degraded", sequence.told(none, Duration.ofSeconds(30), PATIENCE).orElseThrow().outcome());
    Look failed = new Look(false, true, true, "1 of 2 serve, failed: [cpu-1]");
    var told = sequence.told(failed, Duration.ZERO, PATIENCE).orElseThrow();
    assertEquals("degraded", told.outcome());
    assertEquals(failed.evidence(), told.evidence());
  }
}
