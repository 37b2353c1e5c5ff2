package io.mainstay.actors.state.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.state.StateKind;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StateRefusal;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateCachesTest {
  private static final Instant START = Instant.parse("2026-11-22T06:00:00Z");
  private final StateCaches caches = new StateCaches(3);

  private static VramUsageUpdate use(String device, long used) {
    return new VramUsageUpdate(
        device,
        new VramUsageUpdate.VramMetrics(1000, used, 1000 - used, 0.1),
        PressureLevel.LOW,
        false);
  }

  private static StateEnvelope told(long epoch, long sequence, long version, StateMessage message) {
    return new StateEnvelope(epoch, sequence, 0, version, START.plusMillis(sequence), message);
  }

  private Optional<StateRefusal> take(StateEnvelope envelope) {
    return caches.admit("cpu-0", envelope).or(() -> caches.apply("cpu-0", envelope));
  }

  private long used() {
    return caches
        .get("cpu-0", VramUsageUpdate.class, "cpu-0")
        .map(copy -> copy.value().vramMetrics().usedVram())
        .orElse(-1L);
  }

  @Test
  void newerMessage_replacesTheCopy_andItsAgeIsThatOfTheMessage() {
    caches.incarnation("cpu-0", 7);
    assertEquals(Optional.empty(), take(told(7, 1, 1, use("cpu-0", 10))));
    assertEquals(Optional.empty(), take(told(7, 2, 2, use("cpu-0", 20))));

    Cached<VramUsageUpdate> copy =
        caches.get("cpu-0", VramUsageUpdate.class, "cpu-0").orElseThrow();
    assertEquals(20, copy.value().vramMetrics().usedVram());
    assertEquals(2, copy.version());
    Clock later = Clock.fixed(START.plusMillis(502), ZoneOffset.UTC);
    assertEquals(Duration.ofMillis(500), copy.age(later));
    Clock earlier = Clock.fixed(START, ZoneOffset.UTC);
    assertEquals(Duration.ZERO, copy.age(earlier));
  }

  @Test
  void lateDuplicateReplayedAndForeign_areRefusedAndChangeNothing() {
    caches.incarnation("cpu-0", 7);
    take(told(7, 5, 5, use("cpu-0", 50)));

    assertEquals(Optional.of(StateRefusal.STALE_SEQUENCE), take(told(7, 5, 5, use("cpu-0", 51))));
    assertEquals(Optional.of(StateRefusal.STALE_SEQUENCE), take(told(7, 4, 9, use("cpu-0", 52))));
    assertEquals(Optional.of(StateRefusal.STALE_VERSION), take(told(7, 6, 5, use("cpu-0", 53))));
    assertEquals(Optional.of(StateRefusal.WRONG_EPOCH), take(told(6, 9, 9, use("cpu-0", 54))));
    assertEquals(50, used());
    assertEquals(2L, caches.refused().get(StateRefusal.STALE_SEQUENCE));
  }

  @Test
  void newIncarnation_mayBeginItsNumbersAnew_andTheOldOneIsHeardNoMore() {
    caches.incarnation("cpu-0", 9);
    take(told(9, 40, 40, use("cpu-0", 40)));
    caches.incarnation("cpu-0", 8); // A standby that was launched before the one it follows.

    assertEquals(Optional.empty(), take(told(8, 1, 1, use("cpu-0", 1))));
    assertEquals(Optional.of(StateRefusal.WRONG_EPOCH), take(told(9, 41, 41, use("cpu-0", 41))));
    assertEquals(1, used());
  }

  @Test
  void nobodySaysWhatTheOtherSideOwns() {
    caches.incarnation("cpu-0", 7);
    caches.incarnation(CacheKey.NODE, 1);
    SessionControlCommand pause =
        new SessionControlCommand("s", SessionCommand.PAUSE_OPERATIONS, "r", "c");

    assertEquals(Optional.of(StateRefusal.INVALID), caches.admit("cpu-0", told(7, 1, 1, pause)));
    assertEquals(
        Optional.of(StateRefusal.INVALID),
        caches.admit(CacheKey.NODE, told(1, 1, 1, use("cpu-0", 1))));
    assertEquals(Optional.empty(), caches.admit(CacheKey.NODE, told(1, 1, 1, pause)));
  }

  @Test
  void gapsAreCounted() {
    caches.incarnation("cpu-0", 7);
    take(told(7, 1, 1, use("cpu-0", 1)));
    take(told(7, 5, 5, use("cpu-0", 5)));

    assertEquals(3, caches.senders().get("cpu-0").missed());
  }

  @Test
  void subjectsAreBounded_theEldestGoes_andWhatIsOverIsForgotten() {
    caches.incarnation("cpu-0", 7);
    for (int i = 1; i <= 5; i++) {
      take(told(7, i, i, use("cpu-" + i, i)));
    }
    assertEquals(
        java.util.List.of("cpu-3", "cpu-4", "cpu-5"),
        caches.entries().stream().map(entry -> entry.key().subject()).toList());

    caches.forget("cpu-4");
    take(told(7, 6, 6, use("cpu-6", 6)));
    assertEquals(3, caches.entries().size());
    assertTrue(
        caches.entries().stream().allMatch(e -> e.key().kind() == StateKind.VRAM_USAGE_UPDATE));
  }
}
