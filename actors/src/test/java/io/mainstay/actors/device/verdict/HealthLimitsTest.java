package io.mainstay.actors.device.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import io.mainstay.protocol.state.DeviceHealthUpdate.HealthMetrics;
import io.mainstay.protocol.state.StatePriority;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class HealthLimitsTest {
  private final HealthLimits limits =
      HealthLimits.of(ConfigFactory.load().getConfig("mainstay.device.health"));

  private StatePriority urgency(double celsius, double memory, long errors) {
    return limits.urgency(
        new HealthMetrics(
            Double.isNaN(celsius) ? OptionalDouble.empty() : OptionalDouble.of(celsius),
            50,
            memory,
            errors),
        2);
  }

  @Test
  void measurements_areUrgentFromTheirLimitOn() {
    assertEquals(StatePriority.NORMAL, urgency(Double.NaN, 0.5, 2));
    assertEquals(StatePriority.NORMAL, urgency(84.9, 0.94, 2));
    assertEquals(StatePriority.HIGH, urgency(85, 0.5, 2));
    assertEquals(StatePriority.HIGH, urgency(Double.NaN, 0.95, 2));
    assertEquals(StatePriority.HIGH, urgency(50, 0.5, 3));
    assertEquals(StatePriority.CRITICAL, urgency(95, 0.5, 2));
    assertEquals(StatePriority.CRITICAL, urgency(Double.NaN, 1, 3));
  }

  @Test
  void limitsThatDoNotAscend_areRefusedByName() {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> new HealthLimits(96, 95, 0.9, 1));
    assertEquals(
        "mainstay.device.health.temperature-high is 96.0 and -critical 95.0; both must be 20.0 to"
            + " 150.0, the second not below the first",
        wrong.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new HealthLimits(85, 95, 0.9, 1.1));
  }
}
