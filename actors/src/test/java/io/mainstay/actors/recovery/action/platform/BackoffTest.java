package io.mainstay.actors.recovery.action.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void pauses_growUpToTheLongest_andStayThere() {
    Backoff pauses = new Backoff(Duration.ofMillis(100), 2, Duration.ofMillis(1_000));
    assertEquals(
        List.of(100L, 200L, 400L, 800L, 1_000L, 1_000L),
        IntStream.rangeClosed(1, 6).mapToObj(n -> pauses.after(n).toMillis()).toList());
    assertEquals(1_000, pauses.after(100_000).toMillis());
  }

  @Test
  void pauses_thatShrinkOrAreNone_areRefused() {
    Duration ten = Duration.ofMillis(10);
    assertThrows(IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, 2, ten));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(ten, 0.5, ten));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(ten, 2, Duration.ofMillis(9)));
  }
}
