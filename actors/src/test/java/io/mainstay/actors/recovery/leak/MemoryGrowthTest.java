package io.mainstay.actors.recovery.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryGrowthTest {
  private static final long MIB = 1 << 20;

  /** The seeds': 10 MB a minute, three in a row, within 300 s. */
  private static final MemoryGrowth.Limits LIMITS =
      new MemoryGrowth.Limits(Duration.ofSeconds(300), 10 * MIB, 3);

  private static int leaks(long... mebibytes) {
    MemoryGrowth growth = MemoryGrowth.begin();
    int leaks = 0;
    for (long size : mebibytes) {
      growth = growth.after(7, Set.of("a"), size * MIB, LIMITS);
      leaks += growth.becameLeak(LIMITS) ? 1 : 0;
    }
    return leaks;
  }

  @Test
  void growthOfThreeMeasurements_isALeak_saidOnce() {
    assertEquals(Duration.ofSeconds(100), LIMITS.interval());
    assertEquals(0, leaks(100, 117, 134));
    assertEquals(1, leaks(100, 117, 134, 151));
    assertEquals(1, leaks(100, 117, 134, 151, 168, 185));
  }

  @Test
  void slowerGrowth_orOneThatRests_isNone() {
    assertEquals(0, leaks(100, 116, 132, 148, 164, 180));
    assertEquals(0, leaks(100, 150, 200, 200, 250, 300, 300));
  }

  @Test
  void anotherWorker_orOtherModels_beginAnew() {
    MemoryGrowth growth = MemoryGrowth.begin();
    growth = growth.after(7, Set.of("a"), 100 * MIB, LIMITS);
    growth = growth.after(7, Set.of("a"), 200 * MIB, LIMITS);
    assertEquals(1, growth.grown());
    assertEquals(0, growth.after(8, Set.of("a"), 300 * MIB, LIMITS).grown());
    assertEquals(0, growth.after(7, Set.of("a", "b"), 300 * MIB, LIMITS).grown());
    assertEquals(2, growth.after(7, Set.of("a"), 300 * MIB, LIMITS).grown());
  }

  @Test
  void limitsThatCannotBe_areRefused() {
    Duration window = Duration.ofSeconds(300);
    assertThrows(
        IllegalArgumentException.class, () -> new MemoryGrowth.Limits(window, 10 * MIB, 0));
    assertThrows(IllegalArgumentException.class, () -> new MemoryGrowth.Limits(window, 0, 3));
    assertThrows(
        IllegalArgumentException.class, () -> new MemoryGrowth.Limits(Duration.ZERO, MIB, 3));
  }
}
