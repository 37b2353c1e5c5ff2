package io.mainstay.actors.device.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.verdict.Liveness.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LivenessTest {
  private static final Liveness.Limits LIMITS =
      new Liveness.Limits(
          Duration.ofMillis(25),
          Duration.ofMillis(100),
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3));
  private static final long FAST = 80;
  private static final long SLOW = 5_000;

  @Test
  void silence_ofAHundredMillis_isSuspected_andOfTwoHundredDeadForFastReload() {
    Liveness liveness = Liveness.begin(LIMITS, 0);
    for (int beat = 1; beat <= 8; beat++) {
      liveness = tick(liveness, beat * 25L, true, FAST);
      Phase expected = beat < 4 ? Phase.ALIVE : beat < 8 ? Phase.SUSPECTED : Phase.DEAD;
      assertEquals(expected, liveness.phase(), "after beat " + beat);
    }
  }

  @Test
  void silence_ofSlowReload_isDeadOneSecondAfterSuspicion() {
    Liveness liveness = Liveness.begin(LIMITS, 0);
    for (int beat = 1; beat < 44; beat++) {
      liveness = tick(liveness, beat * 25L, true, SLOW);
    }
    assertEquals(Phase.SUSPECTED, liveness.phase());
    assertEquals(Phase.DEAD, tick(liveness, 44 * 25L, true, SLOW).phase());
  }

  @Test
  void answer_clearsSuspicionButNotDeath() {
    Liveness suspected = after(4);
    assertEquals(Phase.ALIVE, suspected.answered().phase());
    assertEquals(0, suspected.answered().silentMillis());
    assertEquals(Phase.DEAD, after(8).answered().phase());
    assertEquals(after(8), tick(after(8), 10_000, true, FAST));
  }

  @Test
  void lateTick_countsNothing() {
    Liveness almost = after(3);
    assertEquals(Phase.ALIVE, tick(almost, 75 + 50, true, FAST).phase());
    assertEquals(75, tick(almost, 75 + 2_000, true, FAST).silentMillis());
    assertEquals(Phase.SUSPECTED, tick(almost, 75 + 49, true, FAST).phase());
  }

  @Test
  void clockThatStands_countsNothing() {
    assertEquals(0, tick(Liveness.begin(LIMITS, 1_000_000_000), 500, true, FAST).silentMillis());
  }

  @Test
  void limits_outOfBounds_nameSettingAndValue() {
    IllegalArgumentException tooSoon =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Liveness.Limits(
                    Duration.ofMillis(25),
                    Duration.ofMillis(40),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(3)));
    assertTrue(tooSoon.getMessage().contains("suspect-after is 40 ms"), tooSoon::getMessage);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Liveness.Limits(
                Duration.ofMillis(1),
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Liveness.Limits(
                Duration.ofMillis(25),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3)));
  }

  @Test
  void silence_whenExcused_accusesNobody_untilItsOwnBound() {
    Liveness liveness = Liveness.begin(LIMITS, 0);
    for (int beat = 1; beat < 120; beat++) {
      liveness = tick(liveness, beat * 25L, false, FAST);
      assertEquals(Phase.ALIVE, liveness.phase(), "after beat " + beat);
    }
    assertEquals(Phase.DEAD, tick(liveness, 120 * 25L, false, FAST).phase());
  }

  private static Liveness after(int beats) {
    Liveness liveness = Liveness.begin(LIMITS, 0);
    for (int beat = 1; beat <= beats; beat++) {
      liveness = tick(liveness, beat * 25L, true, FAST);
    }
    return liveness;
  }

  private static Liveness tick(Liveness liveness, long atMillis, boolean drained, long reload) {
    return liveness.tick(atMillis * 1_000_000, drained, reload);
  }
}
