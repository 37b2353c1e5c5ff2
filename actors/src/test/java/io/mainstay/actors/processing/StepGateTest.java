package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.processing.StepGate.Reason;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionWork;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepGateTest {
  private final StepGate gate = new StepGate();
  private final BatchJob first = job(0);
  private final BatchJob second = job(1);

  private static BatchJob job(int from) {
    return new BatchJob(
        new SessionWork.Pending(new DocumentRange(from, from + 1), 0, 0, null, List.of()));
  }

  @Test
  void open_keepsNobody() {
    assertFalse(gate.keeps(first));
    assertEquals(List.of(), gate.open(Reason.PAUSED));
    assertFalse(gate.holds(first));
  }

  @Test
  void closedForTwoReasons_opensWhenBothAreGone_andLetsEachGoOnce() {
    gate.close(Reason.UNRESERVED);
    assertTrue(gate.keeps(first));
    gate.close(Reason.PAUSED);
    assertTrue(gate.keeps(second));
    assertTrue(gate.keeps(first));

    assertEquals(List.of(), gate.open(Reason.PAUSED));
    assertEquals(List.of(), gate.open(Reason.PAUSED));
    assertTrue(gate.holds(first));
    assertEquals(List.of(first, second), gate.open(Reason.UNRESERVED));
    assertFalse(gate.holds(first));
    assertFalse(gate.keeps(first));
  }

  @Test
  void whoIsForgotten_doesNotGoOn() {
    gate.close(Reason.PAUSED);
    gate.keeps(first);
    gate.keeps(second);
    gate.forget(first);

    assertEquals(List.of(second), gate.open(Reason.PAUSED));
  }
}
