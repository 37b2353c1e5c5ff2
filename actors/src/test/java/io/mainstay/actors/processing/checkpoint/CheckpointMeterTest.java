package io.mainstay.actors.processing.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CheckpointMeterTest {
  private final CheckpointMeter meter = new CheckpointMeter();

  @Test
  void expected_beforeTheFirst_isUnknown_thenFollowsTheLastOnes() {
    assertEquals(0, meter.expectedNanos());

    meter.taken(false, 10, 4_000, 100_000);
    assertEquals(4_000, meter.expectedNanos());

    meter.taken(false, 10, 8_000, 100_000);
    assertEquals(5_000, meter.expectedNanos());
  }

  @Test
  void figures_areOfAllTogether() {
    meter.taken(false, 10, 1_000_000, 100_000_000);
    meter.taken(true, 20, 3_000_000, 100_000_000);

    assertEquals(new CheckpointMeter.Figures(2, 1, 30, 4.0, 0.02), meter.figures());
  }
}
