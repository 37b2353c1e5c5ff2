package io.mainstay.actors.device.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.verdict.StepTimes.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ConditionWatchTest {
  private static final ThermalWatch.Limits HEAT = new ThermalWatch.Limits(90, 80);
  private static final PaceWatch.Limits PACE = new PaceWatch.Limits(5, 3, 4);

  @Test
  void device_isHotFromTheLimitAndOnlyBelowTheLowerOneNotAnyMore() {
    ThermalWatch cool = ThermalWatch.begin(HEAT);
    assertFalse(cool.at(Double.NaN).hot());
    assertFalse(cool.at(89.9).hot());
    ThermalWatch hot = cool.at(90);
    assertTrue(hot.hot());
    assertTrue(hot.at(80).hot());
    assertTrue(hot.at(Double.NaN).hot());
    assertFalse(hot.at(79.9).hot());
  }

  @Test
  void device_isSlowAfterSoManyInARowAndSoundAfterAsMany() {
    PaceWatch pace = PaceWatch.begin(PACE);
    pace = pace.after(51, 10).after(51, 10);
    assertFalse(pace.degraded());
    assertFalse(pace.after(50, 10).after(51, 10).degraded());
    pace = pace.after(51, 10);
    assertTrue(pace.degraded());
    assertTrue(pace.after(1, 10).after(1, 10).degraded());
    assertFalse(pace.after(1, 10).after(1, 10).after(1, 10).degraded());
  }

  @Property
  void pace_neverFlapsOnOneStep(@ForAll @Size(max = 60) List<Boolean> slow) {
    PaceWatch pace = PaceWatch.begin(PACE);
    int sinceChange = PACE.inARow();
    for (boolean one : slow) {
      PaceWatch next = pace.after(one ? 100 : 1, 10);
      sinceChange++;
      if (next.degraded() != pace.degraded()) {
        assertTrue(sinceChange >= PACE.inARow());
        sinceChange = 0;
      }
      pace = next;
    }
  }

  @Test
  void learnedTimes_sayOnceThatTheDeviceHasBecomeSlow() {
    StepTimes times =
        new StepTimes(
            new ProgressWatch.Limits(
                Duration.ofSeconds(1), 3, Duration.ofSeconds(30), Duration.ofSeconds(60)),
            PACE);
    Shape shape = Shape.of("m", "model", 1_000);
    for (int i = 0; i < 4; i++) {
      times.learn(shape, 1_000_000);
    }
    times.learn(shape, 6_000_000);
    times.learn(shape, 6_000_000);
    assertEquals(Optional.empty(), times.slowed());
    times.learn(shape, 6_000_000);
    String seen = times.slowed().orElseThrow();
    assertTrue(seen.contains("m/model") && seen.contains("typical 1.0 ms"), seen);
    times.learn(shape, 6_000_000);
    assertEquals(Optional.empty(), times.slowed());
  }

  @Test
  void limits_outOfBounds_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ThermalWatch.Limits(80, 80));
    assertThrows(IllegalArgumentException.class, () -> new ThermalWatch.Limits(151, 80));
    assertThrows(IllegalArgumentException.class, () -> new PaceWatch.Limits(1, 3, 4));
    assertThrows(IllegalArgumentException.class, () -> new PaceWatch.Limits(5, 1, 4));
    assertThrows(IllegalArgumentException.class, () -> new PaceWatch.Limits(5, 3, 129));
    assertEquals(90, ThermalWatch.Limits.of(ConfigFactory.load()).protectAt());
    assertEquals(10, PaceWatch.Limits.of(ConfigFactory.load()).inARow());
  }
}
