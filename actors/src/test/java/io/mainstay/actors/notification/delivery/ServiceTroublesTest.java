package io.mainstay.actors.notification.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceTroublesTest {
  private static final long EVERY = 1_000;

  @Test
  void eachKind_isSaidOnceWithinTheTime_andAgainAfterIt() {
    ServiceTroubles.Met first =
        ServiceTroubles.none(Duration.ofMillis(EVERY)).met(ServiceTrouble.Kind.LIMITED, 0);
    assertTrue(first.say());
    ServiceTroubles.Met again = first.after().met(ServiceTrouble.Kind.LIMITED, EVERY - 1);
    assertFalse(again.say());
    ServiceTroubles.Met other = again.after().met(ServiceTrouble.Kind.REFUSED, EVERY - 1);
    assertTrue(other.say());
    assertTrue(other.after().met(ServiceTrouble.Kind.LIMITED, EVERY).say());
  }

  @Property
  void howeverMany_noneIsSaidTwiceWithinTheTime(
      @ForAll @Size(max = 60) ServiceTrouble.Kind[] kinds) {
    ServiceTroubles troubles = ServiceTroubles.none(Duration.ofMillis(EVERY));
    long[] said = new long[ServiceTrouble.Kind.values().length];
    Arrays.fill(said, -EVERY);
    long now = 0;
    for (ServiceTrouble.Kind kind : kinds) {
      now += EVERY / 7;
      ServiceTroubles.Met met = troubles.met(kind, now);
      troubles = met.after();
      assertEquals(now - said[kind.ordinal()] >= EVERY, met.say());
      if (met.say()) {
        said[kind.ordinal()] = now;
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | 5",
        "0 | 0",
        "Sun, 22 Nov 2026 10:01:30 GMT | 90",
        "Sun, 22 Nov 2026 09:00:00 GMT | 0",
        "-3 | 0",
        "soon | 0",
        "99999999999999999999 | 0"
      })
  void retryAfter_isSecondsOrADate(String said, long seconds) {
    assertEquals(
        Duration.ofSeconds(seconds), RetryAfter.of(said, Instant.parse("2026-11-22T10:00:00Z")));
  }
}
