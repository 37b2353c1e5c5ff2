package io.mainstay.actors.processing.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CheckpointPolicyTest {
  private static final CheckpointPolicy POLICY =
      new CheckpointPolicy(Duration.ofSeconds(30), 10, 0.02);

  @Test
  void due_afterTheIntervalOrTheSteps_whicheverIsFirst() {
    assertFalse(POLICY.due(Duration.ofSeconds(29).toNanos(), 9, 0));
    assertTrue(POLICY.due(Duration.ofSeconds(30).toNanos(), 1, 0));
    assertTrue(POLICY.due(1, 10, 0));
  }

  @Test
  void due_withoutAStepSinceTheLastOne_isFalse() {
    assertFalse(POLICY.due(Duration.ofHours(1).toNanos(), 0, 0));
  }

  @Test
  void due_whenTheLastOneCostMoreThanItsShare_waits() {
    long cost = Duration.ofMillis(20).toNanos();
    assertFalse(POLICY.due(Duration.ofMillis(999).toNanos(), 50, cost));
    assertTrue(POLICY.due(Duration.ofMillis(1_001).toNanos(), 50, cost));
  }

  /** A batch that checkpoints whenever it may. */
  @Property(tries = 100)
  void anySteps_costAtMostTheirShareOfTheTime(
      @ForAll @LongRange(min = 1_000, max = 1_000_000_000) long stepNanos,
      @ForAll @LongRange(min = 1, max = 1_000_000_000) long costNanos) {
    long spent = 0;
    long last = 0;
    int lastStep = 0;
    for (int step = 1; step <= 2_000; step++) {
      long now = step * stepNanos;
      if (POLICY.due(now - last, step - lastStep, costNanos)) {
        spent += costNanos;
        last = now;
        lastStep = step;
      }
    }
    assertTrue(spent <= 0.02 * last + 1, "spent " + spent + " of " + last);
  }

  @Test
  void create_whenABoundIsNoGood_namesTheSetting() {
    assertEquals(
        "mainstay.processing.checkpoint.steps is 0; at least 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> new CheckpointPolicy(Duration.ofSeconds(1), 0, 0.02))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new CheckpointPolicy(Duration.ofSeconds(1), 1, Double.NaN));
  }
}
