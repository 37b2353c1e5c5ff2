package io.mainstay.actors.recovery.action.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleanupPhaseTest {
  @ParameterizedTest
  @CsvSource({
    // The seeds' phases: threshold, target, begun, now.
    "0.80, 0.10, 0.79, 0.79, NOT_DUE",
    "0.80, 0.10, 0.80, 0.80, DUE",
    "0.80, 0.10, 0.85, 0.79, DUE",
    "0.80, 0.10, 0.89, 0.78, REACHED",
    "0.85, 0.15, 0.86, 0.70, REACHED",
    "0.90, 0.25, 0.92, 0.91, DUE",
    "0.90, 0.25, 0.92, 0.66, REACHED",
    "0.95, 0.50, 0.94, 0.94, NOT_DUE",
    "0.95, 0.50, 0.97, 0.50, DUE",
    "0.95, 0.50, 0.97, 0.40, REACHED"
  })
  void phase_isJudgedByItsThresholdAndItsTarget(
      double threshold, double target, double begun, double now, CleanupPhase.Verdict verdict) {
    assertEquals(verdict, new CleanupPhase("a", threshold, target).judge(begun, now));
  }

  @Property
  void reached_meansBelowTheThreshold_andLessByTheTarget(
      @ForAll @DoubleRange(max = 1) double threshold,
      @ForAll @DoubleRange(max = 1) double target,
      @ForAll @DoubleRange(max = 1) double begun,
      @ForAll @DoubleRange(max = 1) double now) {
    CleanupPhase.Verdict verdict = new CleanupPhase("a", threshold, target).judge(begun, now);
    assertEquals(begun < threshold, verdict == CleanupPhase.Verdict.NOT_DUE);
    if (verdict == CleanupPhase.Verdict.REACHED) {
      assertEquals(true, now < threshold && begun - now >= target);
    }
  }

  @Test
  void shareBeyondAll_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new CleanupPhase("a", 80, 0.1));
    assertThrows(IllegalArgumentException.class, () -> new CleanupPhase("a", 0.8, -0.1));
  }
}
