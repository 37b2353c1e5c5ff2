package io.mainstay.persistence.checkpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.session.DocumentRange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CheckpointHoldsTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final CheckpointHolds holds = new CheckpointHolds(Duration.ofNanos(10), 2, now::get);

  private static CheckpointId step(int step) {
    return new CheckpointId("s", new DocumentRange(0, 1), step);
  }

  @Test
  void held_untilItsTimeIsOver_alsoWhereTheClockWraps() {
    holds.hold(List.of(step(1)));
    now.addAndGet(9);
    assertTrue(holds.isHeld(step(1)));
    assertFalse(holds.isHeld(step(2)));
    now.addAndGet(1);
    assertFalse(holds.isHeld(step(1)));
  }

  @Test
  void toldAgain_isHeldForLonger() {
    holds.hold(List.of(step(1)));
    now.addAndGet(9);
    holds.hold(List.of(step(1)));
    now.addAndGet(9);
    assertTrue(holds.isHeld(step(1)));
  }

  @Test
  void moreThanMost_thoseThatEndFirstAreNotHeldAnyMore() {
    holds.hold(List.of(step(1), step(2)));
    holds.hold(List.of(step(1), step(3)));
    assertTrue(holds.isHeld(step(1)));
    assertFalse(holds.isHeld(step(2)));
    assertTrue(holds.isHeld(step(3)));
  }
}
