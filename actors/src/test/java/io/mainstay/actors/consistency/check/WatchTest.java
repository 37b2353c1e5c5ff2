package io.mainstay.actors.consistency.check;

import static io.mainstay.actors.consistency.check.ConsistencyChecksTest.CHECKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final RepairLimits LIMITS = new RepairLimits(0.90, 0.95, Duration.ofSeconds(60));
  private static final Instant T0 = Instant.parse("2026-11-22T06:00:00Z");

  private Watch watch = Watch.begin();
  private Instant now = T0;

  private List<WatchEffect> sample(ConsistentNode node, Duration later) {
    now = now.plus(later);
    Watch.Step step = watch.sampled(node.snapshot(), CHECKS, LIMITS, now);
    watch = step.next();
    return step.effects();
  }

  private static ConsistentNode harmed(DivergenceKind kind) {
    ConsistentNode node = new ConsistentNode();
    Harm.doHarm(node, kind, 1, new Random(1));
    return node;
  }

  private static <T> List<T> only(List<WatchEffect> effects, Class<T> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void divergence_countsOnlyInTheSecondSample_andIsRepaired() {
    ConsistentNode node = harmed(DivergenceKind.RESERVATION_WITHOUT_MODEL);
    List<WatchEffect> first = sample(node, Duration.ofSeconds(5));
    assertEquals(List.of(new WatchEffect.LookAgain()), first);
    assertEquals(1.0, watch.overall());

    List<WatchEffect> second = sample(node, Duration.ofMillis(500));
    assertEquals(1, only(second, WatchEffect.Found.class).size());
    assertEquals(1, only(second, WatchEffect.RepairBegins.class).size());
    assertEquals(1, only(second, WatchEffect.Repair.class).get(0).divergences().size());
    assertTrue(watch.run().isPresent());

    List<WatchEffect> third = sample(new ConsistentNode(), Duration.ofMillis(500));
    assertTrue(only(third, WatchEffect.Gone.class).get(0).byRepair());
    WatchEffect.RepairEnds end = only(third, WatchEffect.RepairEnds.class).get(0);
    assertTrue(end.success());
    assertEquals(1.0, end.score());
    assertTrue(watch.run().isEmpty());
  }

  @Test
  void workInMotion_neverCounts_howeverOftenItLooksWrong() {
    for (int i = 0; i < 100; i++) {
      ConsistentNode node = new ConsistentNode();
      Harm.doHarm(node, DivergenceKind.RESERVATION_WITHOUT_MODEL, i, new Random(i));
      List<WatchEffect> effects = sample(node, Duration.ofMillis(500));
      assertEquals(List.of(new WatchEffect.LookAgain()), effects);
    }
    assertEquals(List.of(), watch.open());
  }

  @Test
  void leasesOfCallsThatBegan_meanwhile_areAnotherVersion() {
    Divergence one =
        new Divergence(DivergenceKind.LEASES_WITHOUT_CALL, "cpu-0", "10", "0", "2", "7");
    Divergence later =
        new Divergence(DivergenceKind.LEASES_WITHOUT_CALL, "cpu-0", "10", "0", "2", "9");
    assertTrue(one.isSameAs(one));
    assertFalse(one.isSameAs(later));
  }

  @Test
  void repairThatDoesNotHelp_endsAfterItsTime_andBeginsAgainAsLate() {
    ConsistentNode node = harmed(DivergenceKind.LEDGER_BUDGET);
    sample(node, Duration.ofSeconds(5));
    sample(node, Duration.ofMillis(500));
    List<WatchEffect> all = new ArrayList<>();
    for (int i = 0; i < 59; i++) {
      List<WatchEffect> effects = sample(node, Duration.ofSeconds(1));
      assertEquals(1, only(effects, WatchEffect.Repair.class).size(), "it is tried again");
      all.addAll(effects);
    }
    assertEquals(List.of(), only(all, WatchEffect.RepairEnds.class));
    List<WatchEffect> last = sample(node, Duration.ofSeconds(1));
    WatchEffect.RepairEnds end = only(last, WatchEffect.RepairEnds.class).get(0);
    assertFalse(end.success());
    assertEquals(1, end.left().size());

    assertEquals(List.of(), sample(node, Duration.ofSeconds(59)));
    assertEquals(
        1, only(sample(node, Duration.ofSeconds(1)), WatchEffect.RepairBegins.class).size());
  }

  @Test
  void partThatDoesNotAnswer_leavesItsChecksAsTheyAre() {
    ConsistentNode node = harmed(DivergenceKind.LEDGER_BUDGET);
    sample(node, Duration.ofSeconds(5));
    Instant seen = now;
    ConsistentNode silent = new ConsistentNode();
    silent.present.remove(NodeSnapshot.Part.MEMORY);
    List<WatchEffect> effects = sample(silent, Duration.ofSeconds(5));
    assertEquals(List.of(), effects);
    CheckResult memory = watch.results().get(CheckType.DEVICE_MEMORY_ALLOCATION_CONSISTENCY);
    assertEquals(seen, memory.lastCheck());
    assertEquals(now, watch.results().get(CheckType.SHARED_FILE_CONSISTENCY).lastCheck());
    // The first sight before the silence still confirms.
    assertEquals(1, only(sample(node, Duration.ofSeconds(1)), WatchEffect.Found.class).size());
  }

  /** Whatever is wrong, and however much: found in the second sample, all of it, exactly once. */
  @Property(tries = 200)
  void manyDivergences_areAllFoundOnce(
      @ForAll @IntRange(min = 1, max = 40) int count, @ForAll long seed) {
    ConsistentNode node = new ConsistentNode();
    Random random = new Random(seed);
    DivergenceKind[] kinds = DivergenceKind.values();
    for (int i = 0; i < count; i++) {
      Harm.doHarm(node, kinds[random.nextInt(kinds.length)], i, random);
    }
    List<Divergence> there = ConsistencyChecksTest.found(node.snapshot());
    Watch before = Watch.begin().sampled(node.snapshot(), CHECKS, LIMITS, T0).next();
    Watch.Step step = before.sampled(node.snapshot(), CHECKS, LIMITS, T0.plusMillis(500));
    assertEquals(there.size(), only(step.effects(), WatchEffect.Found.class).size());
    assertEquals(
        there.size(), there.stream().filter(each -> step.next().open().contains(each)).count());
    Watch.Step after =
        step.next().sampled(new ConsistentNode().snapshot(), CHECKS, LIMITS, T0.plusSeconds(1));
    assertEquals(List.of(), after.next().open());
    assertEquals(there.size(), only(after.effects(), WatchEffect.Gone.class).size());
    assertEquals(1.0, after.next().overall());
  }
}
