package io.mainstay.actors.processing.pause;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.processing.pause.MemoryPauses.Effect;
import io.mainstay.actors.processing.pause.MemoryPauses.Why;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MemoryPausesTest {
  private static final MemoryPauses.Limits LIMITS =
      new MemoryPauses.Limits(0.95, 0.8, Duration.ofSeconds(10));
  private MemoryPauses pauses = MemoryPauses.none();

  @Test
  void shortMemory_pausesAllButTheMostUrgent_untilEnoughIsFree() {
    assertEquals(List.of(), used(0.94, 1, "a", "b"));
    assertFalse(pauses.concerns("cpu-0", 0.94, LIMITS));
    assertEquals(List.of(pause("b", 0.96), pause("c", 0.96)), used(0.96, 1_000, "a", "b", "c"));
    assertEquals(List.of(), used(0.97, 1_500, "a", "b", "c"), "they rest already");
    assertEquals(List.of(), used(0.85, 2_000, "a", "b", "c"), "not enough yet");
    assertTrue(pauses.concerns("cpu-0", 0.85, LIMITS));
    assertEquals(
        List.of(
            new Effect.Resume("b", "cpu-0", 0.79, Why.CONDITION_HOLDS, 2_000),
            new Effect.Resume("c", "cpu-0", 0.79, Why.CONDITION_HOLDS, 2_000)),
        used(0.79, 3_000, "a", "b", "c"));
    assertEquals(MemoryPauses.none(), pauses);
  }

  @Test
  void mostUrgentThatIsOver_letsTheNextGoOn_andOneThatIsOverIsForgotten() {
    used(0.96, 1_000, "a", "b", "c");
    assertEquals(
        List.of(new Effect.Resume("b", "cpu-0", 0.96, Why.MOST_URGENT, 1_000)),
        used(0.96, 2_000, "b", "c"));
    assertEquals(
        List.of(new Effect.Resume("c", "cpu-0", 0.96, Why.SESSION_OVER, 2_000)),
        used(0.96, 3_000, "b"));
    assertEquals(List.of(pause("d", 0.96)), used(0.96, 4_000, "b", "d"), "a new one");
  }

  @Test
  void longestPause_endsIt_andSparesTheSession_untilTheConditionHeldOnce() {
    used(0.96, 1_000, "a", "b");
    assertEquals(List.of(), longest("b", 999), "of an earlier pause");
    assertEquals(
        List.of(new Effect.Resume("b", "cpu-0", 0.9, Why.LONGEST_PAUSE, 10_000)),
        longest("b", 1_000));
    assertEquals(List.of(), used(0.99, 12_000, "a", "b"));
    assertEquals(List.of(), used(0.5, 13_000, "a", "b"));
    assertEquals(List.of(pause("b", 0.99)), used(0.99, 14_000, "a", "b"));
  }

  /** Whatever memory and sessions do: each pause ends once, and the most urgent never rests. */
  @Property(tries = 1_000)
  void anyOrder_pausesAndResumesInTurn_andTheMostUrgentGoesOn(@ForAll("uses") List<Use> uses) {
    pauses = MemoryPauses.none();
    Set<String> resting = new HashSet<>();
    long now = 0;
    for (Use use : uses) {
      now += 1_000;
      for (Effect effect : used(use.share(), now, use.running().toArray(String[]::new))) {
        if (effect instanceof Effect.Pause) {
          assertTrue(resting.add(effect.sessionId()));
        } else {
          assertTrue(resting.remove(effect.sessionId()));
        }
      }
      assertTrue(use.running().isEmpty() || !resting.contains(use.running().get(0)));
      assertTrue(use.running().containsAll(resting));
      assertTrue(use.share() >= 0.8 || resting.isEmpty());
      if (pauses.devices().containsKey("cpu-0")) {
        assertEquals(resting, pauses.devices().get("cpu-0").since().keySet());
      }
    }
  }

  record Use(double share, List<String> running) {}

  @Provide
  Arbitrary<List<Use>> uses() {
    return Combinators.combine(
            Arbitraries.of(0.1, 0.79, 0.8, 0.94, 0.95, 1.0),
            Arbitraries.shuffle("a", "b", "c", "d"),
            Arbitraries.integers().between(0, 4))
        .as((share, order, count) -> new Use(share, order.subList(0, count)))
        .list()
        .ofMaxSize(30);
  }

  @Test
  void settings_areThoseOfTheSeed_andOutOfOrderRefused() {
    PauseSettings defaults = PauseSettings.of(ConfigFactory.load());
    assertEquals("memory_usage_below_80_percent", defaults.limits().condition());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new PauseSettings(
                new MemoryPauses.Limits(0.8, 0.8, Duration.ofSeconds(1)),
                Duration.ofSeconds(1),
                10));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new PauseSettings(
                new MemoryPauses.Limits(0.9, 0.8, Duration.ofHours(1)), Duration.ofSeconds(1), 10));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new PauseSettings(
                new MemoryPauses.Limits(0.9, 0.8, Duration.ofSeconds(1)),
                Duration.ofSeconds(1),
                0));
  }

  private List<Effect> used(double share, long now, String... running) {
    MemoryPauses.Decision decision = pauses.used("cpu-0", share, List.of(running), now, LIMITS);
    pauses = decision.next();
    return decision.effects();
  }

  private List<Effect> longest(String session, long since) {
    MemoryPauses.Decision decision = pauses.longest("cpu-0", session, since, 0.9, since + 10_000);
    pauses = decision.next();
    return decision.effects();
  }

  private static Effect pause(String session, double share) {
    return new Effect.Pause(session, "cpu-0", share);
  }
}
