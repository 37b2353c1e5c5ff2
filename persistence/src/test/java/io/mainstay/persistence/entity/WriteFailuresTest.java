package io.mainstay.persistence.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WriteFailuresTest {
  private static final Duration MIN = Duration.ofMillis(50);
  private static final Duration MAX = Duration.ofSeconds(2);

  @Test
  void defaults_areThoseOfTheReferenceFile() {
    assertEquals(new WriteFailures(MIN, MAX, 0.2), WriteFailures.of(ConfigFactory.load()));
  }

  @Test
  void waitsThatDoNotAscend_andShareThatIsNone_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WriteFailures(MAX, MIN, 0));
    assertThrows(IllegalArgumentException.class, () -> new WriteFailures(Duration.ZERO, MAX, 0));
    assertThrows(IllegalArgumentException.class, () -> new WriteFailures(MIN, MAX, 1.1));
    assertThrows(IllegalArgumentException.class, () -> new WriteFailures(MIN, MAX, Double.NaN));
  }
}
