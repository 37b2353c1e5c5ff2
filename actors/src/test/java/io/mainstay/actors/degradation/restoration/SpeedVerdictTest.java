package io.mainstay.actors.degradation.restoration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.restoration.NodeFigures;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpeedVerdictTest {
  private static final RestorationSettings.Probe PROBE =
      new RestorationSettings.Probe(
          "m",
          0.9,
          1,
          1,
          1,
          1,
          3,
          Duration.ofMillis(50),
          20,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(50));
  private static final Optional<NodeFigures> NORMAL =
      Optional.of(new NodeFigures("m", 40, 30, 1_000));
  private static final Optional<NodeFigures> UNKNOWN = Optional.empty();

  @Test
  void response_isHeldAgainstNormalOperation_orAgainstWhatIsEnough() {
    assertTrue(SpeedVerdict.response(120, NORMAL, PROBE).passed());
    assertFalse(SpeedVerdict.response(120.1, NORMAL, PROBE).passed());
    assertTrue(SpeedVerdict.response(50, UNKNOWN, PROBE).passed());
    assertEquals(
        "a computation takes 50.1 ms; 50.0 ms are allowed, normal is unknown",
        SpeedVerdict.response(50.1, UNKNOWN, PROBE).evidence());
    assertFalse(SpeedVerdict.response(50.1, UNKNOWN, PROBE).passed());
  }

  @Test
  void throughput_isHeldAgainstNormalOperation_orAgainstWhatIsEnough() {
    assertTrue(SpeedVerdict.throughput(10, NORMAL, PROBE).passed());
    assertFalse(SpeedVerdict.throughput(9.9, NORMAL, PROBE).passed());
    assertTrue(SpeedVerdict.throughput(20, UNKNOWN, PROBE).passed());
    assertFalse(SpeedVerdict.throughput(19.9, UNKNOWN, PROBE).passed());
  }

  @Test
  void memoryAndPace_areHeldAgainstTheirBounds() {
    assertTrue(SpeedVerdict.resident(3_000, NORMAL, PROBE).passed());
    assertFalse(SpeedVerdict.resident(3_001, NORMAL, PROBE).passed());
    assertTrue(SpeedVerdict.resident(Long.MAX_VALUE, UNKNOWN, PROBE).passed());
    assertTrue(SpeedVerdict.steady(20, 60, PROBE).passed());
    assertFalse(SpeedVerdict.steady(20, 60.1, PROBE).passed());
    assertTrue(SpeedVerdict.steady(1, 50, PROBE).passed());
  }
}
