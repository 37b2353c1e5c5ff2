package io.mainstay.actors.device.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.verdict.RestartBudget.Escalate;
import io.mainstay.actors.device.verdict.RestartBudget.Outcome;
import io.mainstay.actors.device.verdict.RestartBudget.Restart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {
  private static final RestartBudget.Limits LIMITS =
      new RestartBudget.Limits(
          12, Duration.ofSeconds(60), Duration.ofMillis(50), Duration.ofSeconds(2), 0.2);

  @Test
  void unprovenDeaths_waitTwiceAsLongEachTimeUpToTheMaximum() {
    RestartBudget budget = RestartBudget.full(LIMITS);
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      Outcome outcome = budget.died(i, false, 0);
      budget = outcome.next();
      delays.add(assertInstanceOf(Restart.class, outcome.decision()).delay().toMillis());
    }
    assertEquals(List.of(0L, 50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L), delays);
  }

  @Test
  void thirteenthUnprovenDeathInAMinute_escalates() {
    RestartBudget budget = RestartBudget.full(LIMITS);
    for (int i = 0; i < 12; i++) {
      Outcome outcome = budget.died(i, false, 0.5);
      assertInstanceOf(Restart.class, outcome.decision());
      budget = outcome.next();
    }
    assertEquals(new Escalate(13), budget.died(59_000, false, 0.5).decision());
    assertInstanceOf(Restart.class, budget.died(60_001, false, 0.5).decision());
  }

  @Test
  void provenWork_makesTheNextRestartImmediate() {
    RestartBudget budget = RestartBudget.full(LIMITS);
    for (int i = 0; i < 12; i++) {
      budget = budget.died(i, false, 0).next();
    }
    assertEquals(new Restart(Duration.ZERO), budget.died(13, true, 0).decision());
  }

  @Test
  void aThousandProvenDeaths_spendNothing() {
    RestartBudget budget = RestartBudget.full(LIMITS);
    for (int i = 0; i < 1_000; i++) {
      Outcome outcome = budget.died(i, true, 1);
      assertEquals(new Restart(Duration.ZERO), outcome.decision());
      budget = outcome.next();
    }
  }

  @Test
  void forgivenDeath_doesNotCount() {
    RestartBudget once = RestartBudget.full(LIMITS).died(1, false, 0).next();
    assertEquals(new Restart(Duration.ZERO), once.forgiven().died(2, false, 0).decision());
    RestartBudget full = RestartBudget.full(LIMITS);
    assertEquals(full, full.forgiven());
  }

  @Property
  void delay_staysWithinMinimumAndMaximumPlusJitter(
      @ForAll @IntRange(min = 2, max = 12) int deaths,
      @ForAll @DoubleRange(min = 0, max = 1) double random) {
    RestartBudget budget = RestartBudget.full(LIMITS);
    Restart last = null;
    for (int i = 0; i < deaths; i++) {
      Outcome outcome = budget.died(i, false, random);
      budget = outcome.next();
      last = (Restart) outcome.decision();
    }
    assertTrue(last.delay().toMillis() >= 50, "not below the minimum: " + last);
    assertTrue(last.delay().toMillis() <= 2_400, "not above the maximum and jitter: " + last);
  }

  /** Escalation if and only if more than the intensity were unproven within one period. */
  @Property
  void escalation_isExactlyMoreThanIntensityInPeriod(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 9_000) Integer> gaps,
      @ForAll @IntRange(min = -1, max = 59) int provenAt) {
    Assume.that(provenAt < gaps.size());
    RestartBudget budget = RestartBudget.full(LIMITS);
    List<Long> sinceProof = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < gaps.size(); i++) {
      now += gaps.get(i);
      if (i == provenAt) {
        sinceProof.clear();
      }
      sinceProof.add(now);
      long oldest = now - 60_000;
      boolean escalate = sinceProof.stream().filter(at -> at > oldest).count() > 12;
      Outcome outcome = budget.died(now, i == provenAt, 0);
      budget = outcome.next();
      assertEquals(escalate, outcome.decision() instanceof Escalate, "death " + i);
    }
  }

  @Test
  void limits_outOfBounds_nameSettingAndValue() {
    Duration second = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new RestartBudget.Limits(0, second, second, second, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RestartBudget.Limits(1, Duration.ofMillis(10), second, second, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RestartBudget.Limits(1, second, second, Duration.ofMillis(10), 0));
    IllegalArgumentException jitter =
        assertThrows(
            IllegalArgumentException.class,
            () -> new RestartBudget.Limits(1, second, second, second, 1.5));
    assertTrue(jitter.getMessage().contains("jitter is 1.5"), jitter::getMessage);
  }
}
