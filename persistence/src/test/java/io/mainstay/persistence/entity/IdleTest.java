package io.mainstay.persistence.entity;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.identity.UlidGenerator;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdleTest {
  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final EventStamper STAMPER =
      new EventStamper(CLOCK, new UlidGenerator(CLOCK, new Random(1)));

  private static EventMeta at(Instant when) {
    return EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0Y9", when);
  }

  @Test
  void entity_isIdleFromItsBoundOn_andNeverBeforeItsFirstEvent() {
    assertTrue(Idle.since(at(NOW.minusSeconds(60)), STAMPER, 60_000));
    assertFalse(Idle.since(at(NOW.minusSeconds(60)), STAMPER, 60_001));
    assertFalse(Idle.since(null, STAMPER, 0));
    assertFalse(Idle.since(at(NOW.plusSeconds(1)), STAMPER, 0), "a clock that was set back");
  }
}
