package io.mainstay.persistence.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UlidTest {
  // The example of the ULID specification.
  private static final Instant SPECIFIED = Instant.ofEpochMilli(1_469_918_176_385L);

  @Test
  void format_ofKnownBits_isTheirBase32() {
    assertEquals("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", Ulid.format((1L << 48) - 1, 0xFFFF, -1L));
    assertEquals("00000000000000000000000000", Ulid.format(0, 0, 0));
    assertEquals("00000000010000000000000001", Ulid.format(1, 0, 1));
    // 1 << 63 is the top bit of the lower 64 of 80 bits: bit 3 of the fourth of sixteen digits.
    assertEquals("00000000000008000000000000", Ulid.format(0, 0, 1L << 63));
    assertEquals("0000000000000G000000000000", Ulid.format(0, 1, 0));
    assertTrue(Ulid.format(SPECIFIED.toEpochMilli(), 0, 0).startsWith("01ARYZ6S41"));
  }

  @Test
  void instant_ofAnId_isWhenItWasMade() {
    UlidGenerator ids = new UlidGenerator(Clock.fixed(SPECIFIED, ZoneOffset.UTC), new Random(7));
    assertEquals(SPECIFIED, Ulid.instant(ids.next()));
    assertThrows(IllegalArgumentException.class, () -> Ulid.instant("not one"));
  }

  @Test
  void next_withinAMillisecondAndWhenTheClockGoesBack_growsStrictly() {
    long[] millis = {5, 5, 5, 3, 6, 6, 1};
    int[] at = {0};
    UlidGenerator ids =
        new UlidGenerator(
            new Clock() {
              @Override
              public ZoneOffset getZone() {
                return ZoneOffset.UTC;
              }

              @Override
              public Clock withZone(java.time.ZoneId zone) {
                return this;
              }

              @Override
              public Instant instant() {
                return Instant.ofEpochMilli(millis[at[0]++ % millis.length]);
              }
            },
            new Random(1));
    String last = "";
    for (int i = 0; i < 1_000; i++) {
      String next = ids.next();
      assertTrue(Ulid.isValid(next), next);
      assertTrue(next.compareTo(last) > 0, last + " then " + next);
      last = next;
    }
  }

  @Test
  void next_whenTheRandomBitsOverflow_borrowsAMillisecond() {
    RandomGenerator ones = () -> -1L;
    UlidGenerator ids = new UlidGenerator(Clock.fixed(SPECIFIED, ZoneOffset.UTC), ones);
    String first = ids.next();
    String second = ids.next();
    assertTrue(second.compareTo(first) > 0);
    assertEquals(SPECIFIED.plusMillis(1), Ulid.instant(second));
  }

  @Test
  void isValid_ofOtherTexts_isFalse() {
    assertFalse(Ulid.isValid(null));
    assertFalse(Ulid.isValid("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
    assertFalse(Ulid.isValid("01ARYZ6S41TSV4RRFFQ69G5FAI"));
    assertFalse(Ulid.isValid("01ARYZ6S41TSV4RRFFQ69G5FA"));
  }
}
