package io.mainstay.runtime.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a storm does depends on its seed and on nothing else. */
class StormPlanTest {
  private static final Duration LENGTH = Duration.ofMinutes(10);
  private static final List<String> DEVICES = List.of("cpu-0", "cpu-1");

  private static StormPlan plan(long seed, int count) {
    return StormPlan.of(seed, LENGTH, count, Conditions.ofStorms(), DEVICES);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -7, 20261122, Long.MIN_VALUE, Long.MAX_VALUE})
  void sameSeed_sameStorm_inOrder_withinItsLength(long seed) {
    StormPlan storm = plan(seed, 200);
    assertEquals(storm, plan(seed, 200));
    assertEquals(200, storm.blows().size());
    Duration last = Duration.ZERO;
    for (StormPlan.Blow blow : storm.blows()) {
      assertTrue(blow.at().compareTo(last) >= 0, storm.toString());
      assertTrue(blow.at().compareTo(LENGTH) < 0, blow.toString());
      assertTrue(DEVICES.contains(blow.device()), blow.toString());
      last = blow.at();
    }
  }

  @Test
  void otherSeed_otherStorm() {
    assertNotEquals(plan(1, 200), plan(2, 200));
  }

  @Test
  void everyKindComesBeforeAnyComesAgain() {
    int kinds = Conditions.ofStorms().size();
    List<StormPlan.Blow> blows = plan(3, 2 * kinds).blows();
    for (int round = 0; round < 2; round++) {
      Set<Condition> seen =
          blows.subList(round * kinds, (round + 1) * kinds).stream()
              .map(StormPlan.Blow::condition)
              .collect(Collectors.toSet());
      assertEquals(Set.copyOf(Conditions.ofStorms()), seen);
    }
  }

  @Test
  void aStormOfNothing_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> plan(1, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> StormPlan.of(1, Duration.ZERO, 1, Conditions.ofStorms(), DEVICES));
    assertThrows(
        IllegalArgumentException.class, () -> StormPlan.of(1, LENGTH, 1, List.of(), DEVICES));
    assertThrows(
        IllegalArgumentException.class,
        () -> StormPlan.of(1, LENGTH, 1, Conditions.ofStorms(), List.of()));
  }

  @Test
  void roundsOfAScenario_areTheSeedsToo() {
    for (Scenario scenario : Scenario.values()) {
      for (int round = 0; round < 20; round++) {
        StormPlan.Blow blow = Scenario.round(9, round, scenario.conditions(), DEVICES);
        assertEquals(blow, Scenario.round(9, round, scenario.conditions(), DEVICES));
        assertTrue(scenario.conditions().contains(blow.condition()));
      }
    }
  }
}
