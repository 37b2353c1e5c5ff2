package io.mainstay.persistence.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mainstay.persistence.checkpoint.CheckpointRetention.Kept;
import io.mainstay.persistence.session.DocumentRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointRetentionTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final DocumentRange A = new DocumentRange(0, 4);
  private static final DocumentRange B = new DocumentRange(4, 8);

  @Test
  void ofEachBatch_theNamedOneAndTheLatestOthersStay() {
    assertEquals(
        List.of("s:0-4:10", "s:0-4:20"),
        surplus(
            new CheckpointRetention(2, Duration.ofHours(1), 1_000),
            kept(A, 10, 40, false),
            kept(A, 20, 30, false),
            kept(A, 30, 20, false),
            kept(A, 40, 10, true),
            kept(B, 10, 40, true)));
  }

  @Test
  void theNamedOneStays_howeverOldOrLarge_alsoBehindLaterOnes() {
    assertEquals(
        List.of("s:0-4:20"),
        surplus(
            new CheckpointRetention(1, Duration.ofSeconds(1), 0),
            kept(A, 10, 4_000, true),
            kept(A, 20, 3_000, false)));
  }

  @Test
  void othersThatAreTooOld_areLetGo() {
    assertEquals(
        List.of("s:0-4:10"),
        surplus(
            new CheckpointRetention(9, Duration.ofSeconds(50), 1_000),
            kept(A, 10, 51, false),
            kept(A, 20, 49, false),
            kept(A, 30, 1, true)));
  }

  @Test
  void beyondTheBytes_theOldestOthersAreLetGo() {
    assertEquals(
        List.of("s:0-4:10", "s:4-8:10"),
        surplus(
            new CheckpointRetention(9, Duration.ofHours(1), 350),
            kept(A, 10, 40, false),
            kept(B, 10, 30, false),
            kept(A, 20, 20, false),
            kept(A, 30, 10, true),
            kept(B, 20, 5, true)));
  }

  @Test
  void boundsThatMakeNoSense_areRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new CheckpointRetention(0, Duration.ofDays(1), 1));
    assertThrows(
        IllegalArgumentException.class, () -> new CheckpointRetention(1, Duration.ZERO, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new CheckpointRetention(1, Duration.ofDays(1), -1));
  }

  private static Kept kept(DocumentRange range, int step, int ageSeconds, boolean named) {
    return new Kept(
        new CheckpointId("s", range, step), 100, NOW.minusSeconds(ageSeconds), named, false);
  }

  private static List<String> surplus(CheckpointRetention retention, Kept... all) {
    return retention.surplus(List.of(all), NOW).stream().map(CheckpointId::text).toList();
  }
}
