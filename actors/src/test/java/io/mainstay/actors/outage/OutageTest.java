package io.mainstay.actors.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.outage.Outage.Effect;
import io.mainstay.actors.outage.Outage.Phase;
import io.mainstay.actors.outage.Outage.Sign;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OutageTest {
  private static final Outage.Limits LIMITS =
      new Outage.Limits(Duration.ofSeconds(30), 3, Duration.ofSeconds(1));
  private Outage outage = Outage.none();

  @Test
  void lostDevice_isFrozen_triedThreeTimesWithDoublingWaits_thenGivenUp() {
    take(new Sign.InReach(5), 1);
    List<Effect> lost = take(new Sign.Lost(5, "no pong"), 1_000);
    assertEquals(
        List.of(
            new Effect.Freeze("no pong", Duration.ofSeconds(30)),
            new Effect.Await(1, Duration.ofSeconds(1))),
        lost);
    for (int attempt = 1; attempt <= 3; attempt++) {
      Duration next = Duration.ofSeconds(1L << attempt);
      assertEquals(
          List.of(new Effect.Reconnect(attempt, next), new Effect.Await(attempt + 1, next)),
          take(new Sign.AttemptDue(attempt), 2_000 * attempt));
      assertEquals(List.of(), take(new Sign.AttemptDue(attempt), 2_000 * attempt), "stale");
    }
    List<Effect> given = take(new Sign.AttemptDue(4), 16_000);
    assertTrue(given.get(0) instanceof Effect.FailOver, given.toString());
    assertEquals(new Effect.Thaw("failover"), given.get(1));
    assertEquals(Phase.FAILOVER, outage.phase());
    assertEquals(List.of(), take(new Sign.FreezeOver(1_000), 31_000));
    assertEquals(
        List.of(new Effect.NoteReconnected(false), new Effect.Compare()),
        take(new Sign.InReach(6), 60_000));
    assertEquals(List.of(new Effect.FailBack()), take(new Sign.Compared(6, true), 60_100));
    assertEquals(Phase.REACHABLE, outage.phase());
  }

  @Test
  void workerThatAnswersAgain_isCompared_andOnlyThenThawed() {
    take(new Sign.InReach(5), 1);
    take(new Sign.Lost(5, "no pong"), 1_000);
    assertEquals(
        List.of(new Effect.NoteReconnected(true), new Effect.Compare()),
        take(new Sign.InReach(5), 1_200));
    assertTrue(outage.frozen());
    assertEquals(List.of(), take(new Sign.Compared(4, true), 1_250), "of another worker");
    assertEquals(
        List.of(new Effect.Thaw("both sides agree")), take(new Sign.Compared(5, true), 1_300));
    assertFalse(outage.frozen());
  }

  @Test
  void disagreementAfterTheRepair_isTold() {
    take(new Sign.InReach(5), 1);
    take(new Sign.Lost(5, "no pong"), 1_000);
    take(new Sign.InReach(6), 1_200);
    assertTrue(take(new Sign.Compared(6, false), 1_300).contains(new Effect.TellDisagreement()));
  }

  @Test
  void freeze_hasABound_whateverHappens() {
    take(new Sign.InReach(5), 1);
    take(new Sign.Lost(5, "no pong"), 1_000);
    take(new Sign.InReach(6), 30_000);
    assertEquals(1, take(new Sign.FreezeOver(1_000), 31_000).size());
    assertFalse(outage.frozen());
    assertEquals(List.of(), take(new Sign.Compared(6, true), 31_100));
    assertEquals(List.of(), take(new Sign.FreezeOver(1_000), 31_200));
  }

  @Test
  void alertOfAnEarlierLife_isClearedWhenTheDeviceFirstServes() {
    assertEquals(List.of(new Effect.FailBack()), take(new Sign.InReach(5), 1));
    assertEquals(List.of(), take(new Sign.InReach(6), 2));
  }

  @Test
  void settings_outOfRange_areRefused_andTheDefaultsLeaveRoomForAllAttempts() {
    OutageSettings defaults = OutageSettings.of(ConfigFactory.load());
    Outage.Limits limits = defaults.limits();
    Duration all = Duration.ZERO;
    for (int attempt = 1; attempt <= limits.attempts() + 1; attempt++) {
      all = all.plus(limits.before(attempt));
    }
    assertEquals(Duration.ofSeconds(30), limits.freeze());
    assertEquals(3, limits.attempts());
    assertTrue(all.compareTo(limits.freeze()) < 0, all.toString());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new OutageSettings(
                new Outage.Limits(Duration.ofHours(1), 3, Duration.ofSeconds(1)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                1));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new OutageSettings(
                new Outage.Limits(Duration.ofSeconds(1), 11, Duration.ofSeconds(1)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                1));
  }

  @Test
  void restartOfWhoeverCarriesOut_keepsWhatIsFrozen_andWhatIsAwaited() {
    assertEquals(List.of(), outage.resumed(1, LIMITS).effects());
    take(new Sign.InReach(5), 1);
    take(new Sign.Lost(5, "no pong"), 1_000);
    take(new Sign.AttemptDue(1), 2_000);
    assertEquals(
        List.of(
            new Effect.KeepFrozen(Duration.ofSeconds(27)),
            new Effect.Await(2, Duration.ofSeconds(2))),
        outage.resumed(4_000, LIMITS).effects());
    assertEquals(
        new Effect.KeepFrozen(Duration.ZERO), outage.resumed(99_000, LIMITS).effects().get(0));
    take(new Sign.InReach(6), 5_000);
    assertEquals(
        List.of(new Effect.KeepFrozen(Duration.ofSeconds(26)), new Effect.KeepComparing()),
        outage.resumed(5_000, LIMITS).effects());
    assertEquals(outage, outage.resumed(5_000, LIMITS).next());
    take(new Sign.Lost(6, "no pong"), 6_000);
    for (int attempt = 2; attempt <= 4; attempt++) {
      take(new Sign.AttemptDue(attempt), 7_000);
    }
    assertEquals(List.of(new Effect.KeepMoving()), outage.resumed(8_000, LIMITS).effects());
    take(new Sign.InReach(7), 9_000);
    assertEquals(
        List.of(new Effect.KeepMoving(), new Effect.KeepComparing()),
        outage.resumed(9_500, LIMITS).effects());
  }

  /** Any signs in any order: each freeze is thawed once, and the timers alone always end it. */
  @Property(tries = 2_000)
  void anyOrderOfSigns_balancesFreezesAndThaws_andEndsByItself(@ForAll("signs") List<Sign> signs) {
    outage = Outage.none();
    long now = 1;
    int frozen = 0;
    for (Sign sign : signs) {
      now += 100;
      List<Effect> effects = take(sign, now);
      frozen += count(effects, Effect.Freeze.class) - count(effects, Effect.Thaw.class);
      assertEquals(outage.frozen() ? 1 : 0, frozen);
      boolean gaveUp = count(effects, Effect.FailOver.class) > 0;
      assertTrue(!gaveUp || outage.phase() == Phase.FAILOVER);
    }
    if (outage.phase() == Phase.FROZEN) {
      for (int attempt = outage.attempts() + 1; attempt <= LIMITS.attempts() + 1; attempt++) {
        take(new Sign.AttemptDue(attempt), now);
      }
      assertEquals(Phase.FAILOVER, outage.phase());
    } else if (outage.phase() == Phase.RECONCILING || outage.phase() == Phase.RETURNING) {
      take(new Sign.Compared(outage.epoch(), false), now);
      assertEquals(Phase.REACHABLE, outage.phase());
    }
    assertFalse(outage.frozen());
  }

  @Provide
  Arbitrary<List<Sign>> signs() {
    Arbitrary<Long> epochs = Arbitraries.longs().between(1, 3);
    Arbitrary<Sign> sign =
        Arbitraries.oneOf(
            epochs.map(epoch -> new Sign.Lost(epoch, "gone")),
            epochs.map(Sign.InReach::new),
            Arbitraries.integers().between(1, 5).map(Sign.AttemptDue::new),
            Arbitraries.longs().between(1, 3).map(n -> new Sign.FreezeOver(1 + n * 100)),
            epochs.map(epoch -> new Sign.Compared(epoch, true)));
    return sign.list().ofMaxSize(40);
  }

  private static int count(List<Effect> effects, Class<?> type) {
    return (int) effects.stream().filter(type::isInstance).count();
  }

  private List<Effect> take(Sign sign, long now) {
    Outage.Decision decision = outage.decide(sign, now, LIMITS);
    outage = decision.next();
    return new ArrayList<>(decision.effects());
  }
}
