package io.mainstay.actors.consistency.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.DivergenceKind.Severity;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.Participants;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConsistencyChecksTest {
  static final Tolerance TOLERANCE = new Tolerance(0.25, 64 << 20, 1 << 30);
  static final AgeLimits AGES =
      new AgeLimits(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofSeconds(15));
  static final List<ConsistencyCheck> CHECKS = ConsistencyCheck.all(TOLERANCE, AGES);

  static List<Divergence> found(NodeSnapshot snapshot) {
    List<Divergence> all = new ArrayList<>();
    CHECKS.forEach(check -> all.addAll(check.compare(snapshot)));
    return all;
  }

  @Test
  void nodeWhosePartsAgree_hasNoDivergence() {
    assertEquals(List.of(), found(new ConsistentNode().snapshot()));
  }

  @Test
  void everyCheckType_hasItsCheck_inOrder() {
    assertEquals(List.of(CheckType.values()), CHECKS.stream().map(ConsistencyCheck::type).toList());
  }

  /** Exhaustive: a kind that nobody finds, or that drags others along, fails here. */
  @ParameterizedTest
  @EnumSource(DivergenceKind.class)
  void eachKind_isFoundByItsCheck_andAlone(DivergenceKind kind) {
    for (int seed = 0; seed < 50; seed++) {
      ConsistentNode node = new ConsistentNode();
      Harm.doHarm(node, kind, seed, new Random(seed));
      List<Divergence> found = found(node.snapshot());
      Set<DivergenceKind> kinds =
          found.stream()
              .map(Divergence::kind)
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(DivergenceKind.class)));
      kinds.remove(
          kind == DivergenceKind.RESIDENT_ABOVE_BUDGET ? DivergenceKind.RESIDENT_BYTES : null);
      assertEquals(EnumSet.of(kind), kinds, found.toString());
      ConsistencyCheck own =
          CHECKS.stream().filter(check -> check.type() == kind.check()).findFirst().orElseThrow();
      assertTrue(own.compare(node.snapshot()).stream().anyMatch(d -> d.kind() == kind));
    }
  }

  @ParameterizedTest
  @EnumSource(DivergenceKind.class)
  void oneMajorDivergence_isAReasonToRepair_oneMinorIsNot(DivergenceKind kind) {
    Divergence divergence = new Divergence(kind, "", "x", "a", "b", "");
    CheckResult result = CheckResult.of(kind.check(), Instant.EPOCH, List.of(divergence));
    boolean minor = kind.severity() == Severity.MINOR;
    assertEquals(minor, result.score() > 0.95);
    assertEquals(!minor, result.score() < 0.90);
    assertEquals(
        minor ? CheckResult.Status.MINOR_DIVERGENCE : CheckResult.Status.DIVERGENCE,
        result.status());
    if (!minor) {
      assertTrue(kind.repair() != RepairAction.NONE, kind + " would only alarm");
    }
  }

  @Test
  void overallScore_isTheMean_asInTheRequirement() {
    List<CheckResult> results =
        List.of(
            new CheckResult(CheckType.values()[0], Instant.EPOCH, 1.0, List.of()),
            new CheckResult(CheckType.values()[1], Instant.EPOCH, 0.95, List.of()),
            new CheckResult(CheckType.values()[2], Instant.EPOCH, 1.0, List.of()));
    assertEquals(0.98, Math.round(CheckResult.overall(results) * 100) / 100.0);
  }

  @Test
  void whatIsYoung_orStuckWithAPersonCalled_isNoDivergence() {
    ConsistentNode node = new ConsistentNode();
    node.openTransactions.put(
        ConsistentNode.WORKING, new JournalFacts.Going(ConsistentNode.LONG, true));
    node.openSagas.put(ConsistentNode.SAGA, new JournalFacts.Going(ConsistentNode.LONG, true));
    node.leases.clear();
    node.loadLeases.clear();
    node.openSagas.put("asleep", new JournalFacts.Going(ConsistentNode.LONG, true));
    node.standing.put(
        "young",
        new JournalFacts.Standing(Owners.load("over"), Map.of(), AGES.holding().minusMillis(1)));
    TransactionFacts.Participation by = node.participants.get(Participants.MODEL);
    List<TransactionFacts.Held> more = new ArrayList<>(by.holdings());
    more.add(
        new TransactionFacts.Held(
            "young", by.holdings().get(0).work(), "o", false, false, AGES.holding()));
    more.add(
        new TransactionFacts.Held(
            "worked-on", by.holdings().get(0).work(), "o", false, false, ConsistentNode.LONG));
    node.participants.put(
        Participants.MODEL,
        new TransactionFacts.Participation(
            Participants.MODEL, more, Set.of(ConsistentNode.WORKING, "worked-on")));
    for (int i = 0; i < ConsistentNode.DEVICES; i++) {
      node.leases.put(ConsistentNode.device(i), 0);
    }
    assertEquals(List.of(), found(node.snapshot()));
  }

  @Test
  void whoLivesWhere_thatIsNotKnown_isNoReasonToWakeAnybody() {
    ConsistentNode node = new ConsistentNode();
    node.openSagas.put("ghost", new JournalFacts.Going(Duration.ZERO, false));
    node.openTransactions.put("ghost", new JournalFacts.Going(Duration.ZERO, false));
    node.awakeSagas = Optional.empty();
    node.awakeTransactions = Optional.empty();
    assertEquals(List.of(), found(node.snapshot()));
  }

  @Test
  void workerThatStarts_needsItsFilesAndItsPidIsNotKnownYet() {
    ConsistentNode node = new ConsistentNode();
    NodeSnapshot whole = node.snapshot();
    DeviceFacts first = whole.devices().get(0);
    DeviceFacts starting =
        new DeviceFacts(
            first.id(),
            "restarting",
            first.budgetBytes(),
            0,
            first.publishedModels(),
            first.wanted(),
            List.of(
                new DeviceFacts.SlotFacts(
                    "A", 77, 0, false, false, true, Map.of(), 0, 0, DeviceFacts.ArenaFacts.NONE)));
    node.processes.remove(ConsistentNode.process(0));
    node.processes.add(
        new SystemFacts.WorkerProcess(6_000, 1, 1, 1, ConsistentNode.HOST, "cpu-0", 77));
    node.mappings.remove(new SystemFacts.ArenaName(ConsistentNode.HOST, "cpu-0", 10));
    SystemFacts.ArenaName name = new SystemFacts.ArenaName(ConsistentNode.HOST, "cpu-0", 77);
    node.mappings.add(name);
    node.files.add(new SystemFacts.ArenaFile("/dev/shm/x", name));
    NodeSnapshot now = node.snapshot();
    List<DeviceFacts> devices = new ArrayList<>(now.devices());
    devices.set(0, starting);
    assertEquals(
        List.of(),
        found(
            new NodeSnapshot(
                now.present(),
                devices,
                now.ledgers(),
                now.models(),
                now.work(),
                now.transactions(),
                now.sagas(),
                now.journal(),
                now.system())));
  }
}
