package io.mainstay.actors.device.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.verdict.StepTimes.Shape;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressWatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final PaceWatch.Limits PACE = new PaceWatch.Limits(5, 10, 32);
  private static final ProgressWatch.Limits LIMITS =
      new ProgressWatch.Limits(
          Duration.ofSeconds(1), 3, Duration.ofSeconds(30), Duration.ofSeconds(60));

  @Test
  void overLimit_twiceWithoutProgress_isWedged() {
    ProgressWatch once = ProgressWatch.begin().seen(7, 3, seconds(1.1), LIMIT);
    assertFalse(once.wedged());
    assertTrue(once.seen(7, 3, seconds(1.2), LIMIT).wedged());
  }

  @Test
  void overLimit_withProgressBetween_isNotWedged() {
    ProgressWatch moved =
        ProgressWatch.begin().seen(7, 3, seconds(5), LIMIT).seen(7, 4, seconds(6), LIMIT);
    assertFalse(moved.wedged());
  }

  @Test
  void overLimit_ofDifferentRequests_isNotWedged() {
    ProgressWatch next =
        ProgressWatch.begin().seen(7, 3, seconds(5), LIMIT).seen(8, 3, seconds(6), LIMIT);
    assertFalse(next.wedged());
  }

  @Test
  void idleOrWithinLimit_isNotWedgedHoweverLong() {
    ProgressWatch idle = ProgressWatch.begin();
    ProgressWatch working = ProgressWatch.begin();
    for (int i = 0; i < 100; i++) {
      idle = idle.seen(0, 3, seconds(100), LIMIT);
      working = working.seen(9, 3, seconds(0.9), LIMIT);
    }
    assertFalse(idle.wedged());
    assertFalse(working.wedged());
  }

  @Test
  void limit_unseenModel_isTheUnlearnedOne() {
    assertEquals(
        LIMITS.unlearned(), new StepTimes(LIMITS, PACE).limit(Shape.of("m", "model", 4_096)));
  }

  @Test
  void limit_learnedShape_isThreeTimesItsP99ButAtLeastTheFloor() {
    StepTimes times = new StepTimes(LIMITS, PACE);
    Shape quick = Shape.of("m", "model", 4_096);
    Shape slow = Shape.of("m", "model", 1 << 20);
    for (int i = 1; i <= 100; i++) {
      times.learn(quick, Duration.ofMillis(i).toNanos());
      times.learn(slow, Duration.ofMillis(10L * i).toNanos());
    }
    assertEquals(Duration.ofSeconds(1), times.limit(quick));
    assertEquals(Duration.ofMillis(3 * 990), times.limit(slow));
  }

  @Test
  void limit_forgetsOldTimes() {
    StepTimes times = new StepTimes(LIMITS, PACE);
    Shape shape = Shape.of("m", "model", 4_096);
    times.learn(shape, seconds(10));
    for (int i = 0; i < 128; i++) {
      times.learn(shape, seconds(1));
    }
    assertEquals(Duration.ofSeconds(3), times.limit(shape));
  }

  @Test
  void limit_unseenSizeOfKnownModel_growsWithTheSquareUpToUnlearned() {
    StepTimes times = new StepTimes(LIMITS, PACE);
    times.learn(Shape.of("m", "model", 1_024), seconds(0.5));
    assertEquals(Duration.ofSeconds(6), times.limit(Shape.of("m", "model", 2_048)));
    assertEquals(Duration.ofMillis(1_500), times.limit(Shape.of("m", "model", 512)));
    assertEquals(LIMITS.unlearned(), times.limit(Shape.of("m", "model", 1 << 20)));
    assertEquals(LIMITS.unlearned(), times.limit(Shape.of("m", "other", 1_024)));
    times.forget("m");
    assertEquals(LIMITS.unlearned(), times.limit(Shape.of("m", "model", 1_024)));
  }

  @Test
  void shape_roundsUpToPowersOfTwo() {
    assertEquals(Shape.of("m", "c", 1_025), Shape.of("m", "c", 2_048));
    assertEquals(10, Shape.of("m", "c", 1_024).size());
    assertEquals(0, Shape.of("m", "c", 0).size());
  }

  @Test
  void limits_outOfBounds_areRefused() {
    Duration second = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ProgressWatch.Limits(Duration.ofMillis(49), 3, second, second));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ProgressWatch.Limits(second, Double.NaN, second, second));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ProgressWatch.Limits(second, 3, Duration.ofMillis(999), second));
  }

  private static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }
}
