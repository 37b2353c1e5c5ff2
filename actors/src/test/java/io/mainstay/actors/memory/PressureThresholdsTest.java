package io.mainstay.actors.memory;

import static io.mainstay.protocol.PressureLevel.CRITICAL;
import static io.mainstay.protocol.PressureLevel.HIGH;
import static io.mainstay.protocol.PressureLevel.LOW;
import static io.mainstay.protocol.PressureLevel.MODERATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.protocol.PressureLevel;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PressureThresholdsTest {
  private static final PressureThresholds CATALOG = new PressureThresholds(0.80, 0.90, 0.95, 0.02);

  @ParameterizedTest
  @CsvSource({
    "LOW, 0.79, LOW",
    "LOW, 0.80, MODERATE",
    "LOW, 0.96, CRITICAL",
    "MODERATE, 0.90, HIGH",
    "HIGH, 0.95, CRITICAL",
    "CRITICAL, 0.94, CRITICAL",
    "CRITICAL, 0.92, HIGH",
    "HIGH, 0.89, HIGH",
    "HIGH, 0.87, MODERATE",
    "MODERATE, 0.785, MODERATE",
    "MODERATE, 0.77, LOW",
    "CRITICAL, 0.10, LOW"
  })
  void next_risesAtOnceAndFallsBelowTheHysteresis(
      PressureLevel present, double used, PressureLevel expected) {
    assertEquals(expected, CATALOG.next(present, used));
  }

  @Property
  void next_atTheSameUse_doesNotFlap(
      @ForAll PressureLevel present, @ForAll @DoubleRange(min = 0, max = 2) double used) {
    PressureLevel once = CATALOG.next(present, used);

    assertEquals(once, CATALOG.next(once, used));
    assertTrue(once.compareTo(CATALOG.next(LOW, used)) >= 0);
  }

  @Test
  void next_atTheEdge_holdsItsLevelWithinTheHysteresis() {
    assertEquals(MODERATE, CATALOG.next(CATALOG.next(LOW, 0.80), 0.79));
    assertEquals(HIGH, CATALOG.next(CATALOG.next(LOW, 0.90), 0.885));
    assertEquals(CRITICAL, CATALOG.next(CATALOG.next(LOW, 0.95), 0.935));
  }

  @Test
  void thresholds_whenNotAscending_areRefusedWithTheirValues() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> new PressureThresholds(0.9, 0.8, 0.95, 0.02));

    assertTrue(refused.getMessage().contains("moderate-at 0.9"), refused.getMessage());
  }
}
