package io.mainstay.actors.recovery.escalation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.ErrorCategory;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.WorkerBlame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscalationTest {
  private static final Config CONFIG = ConfigFactory.load();
  private static final ErrorCatalog CATALOG = ErrorCatalog.load(CONFIG);
  private static final EscalationPolicy POLICY = EscalationPolicy.of(CONFIG);

  private static EscalationPolicy with(String change) {
    return EscalationPolicy.of(
        ConfigFactory.parseString("mainstay.escalation." + change).withFallback(CONFIG).resolve());
  }

  // ---- frequency

  @Test
  void frequency_hasTheSeedsBands() {
    for (int perHour = 0; perHour <= 30; perHour++) {
      int level = perHour < 1 ? 0 : perHour < 5 ? 1 : perHour <= 10 ? 2 : 3;
      FrequencyLevel found = FrequencyLevel.of(perHour, POLICY.bands());
      assertEquals(level, found.level(), perHour + " per hour");
      assertEquals(
          List.of(
                  "log_and_monitor",
                  "automated_recovery",
                  "graceful_degradation",
                  "system_protection_mode")
              .get(level),
          found.action());
    }
  }

  @Test
  void fault_countsOnlyWhenItIsOursAndTheFirstAttemptDidNotHold() {
    EscalationPolicy every = with("frequency.counting = every");
    for (WorkerBlame blame : WorkerBlame.values()) {
      boolean ours = blame.countsAgainstHealth();
      assertEquals(false, Escalation.counts(blame, Optional.empty(), POLICY));
      assertEquals(ours, Escalation.counts(blame, Optional.of(59_999L), POLICY));
      assertEquals(false, Escalation.counts(blame, Optional.of(60_000L), POLICY));
      assertEquals(ours, Escalation.counts(blame, Optional.empty(), every));
    }
  }

  // ---- severity, category, impact

  @ParameterizedTest
  @CsvSource({
    "CRITICAL,EMERGENCY_RECOVERY,true,0",
    "HIGH,IMMEDIATE_RECOVERY,true,1",
    "MEDIUM,FOREGROUND_RECOVERY,true,3",
    "LOW,BACKGROUND_RECOVERY,false,5",
    "INFO,INFORMATION_ONLY,false,5"
  })
  void severity_saysUrgencyNotificationAndRetries(
      Severity severity, Urgency urgency, boolean notify, int retriesOfResource) {
    Escalation decided =
        Escalation.decide(
            CATALOG.get(ErrorNames.MEMORY_PRESSURE_WARNING),
            severity,
            WorkerBlame.INFRASTRUCTURE,
            0,
            0,
            POLICY);
    assertEquals(urgency, decided.urgency());
    assertEquals(notify, decided.notifyUser());
    assertEquals(retriesOfResource, decided.retries());
  }

  @Test
  void retries_areTheSmallerOneOfBothLimitsForEverySeverityAndCategory() {
    Map<Severity, Integer> limits =
        Map.of(Severity.CRITICAL, 0, Severity.HIGH, 1, Severity.MEDIUM, 3);
    for (Severity severity : Severity.values()) {
      for (ErrorCategory category : ErrorCategory.values()) {
        int ofCategory = POLICY.retry(category).most();
        int expected = Math.min(limits.getOrDefault(severity, Integer.MAX_VALUE), ofCategory);
        assertEquals(expected, POLICY.retriesOf(severity, category), severity + " " + category);
      }
    }
    assertEquals(3, POLICY.retry(ErrorCategory.TRANSIENT).most());
    assertEquals(2, POLICY.retry(ErrorCategory.TIMEOUT).most());
    assertEquals(5, POLICY.retry(ErrorCategory.RESOURCE).most());
    for (ErrorCategory never :
        List.of(ErrorCategory.PERMANENT, ErrorCategory.POISON, ErrorCategory.VALIDATION)) {
      assertEquals(0, POLICY.retry(never).most());
    }
  }

  @Test
  void pauses_ofTransientErrors_doubleUpToTheirCap() {
    RetryPolicy policy = POLICY.retry(ErrorCategory.TRANSIENT);
    assertEquals(Duration.ofMillis(100), policy.pause(1, 0.5));
    assertEquals(Duration.ofMillis(200), policy.pause(2, 0.5));
    assertEquals(Duration.ofMillis(50), policy.pause(1, 0));
    assertEquals(Duration.ofSeconds(5), policy.pause(7, 1));
    assertEquals(Duration.ofSeconds(1), POLICY.retry(ErrorCategory.TIMEOUT).pause(2, 0.9));
    assertEquals(Duration.ZERO, POLICY.retry(ErrorCategory.POISON).pause(1, 1));
  }

  @Property
  void pause_isNeverLongerThanItsCap(
      @ForAll ErrorCategory category,
      @ForAll @IntRange(min = 1, max = 1_000) int attempt,
      @ForAll @DoubleRange(min = 0, max = 1) double random) {
    RetryPolicy policy = POLICY.retry(category);
    Duration pause = policy.pause(attempt, random);
    assertTrue(!pause.isNegative() && pause.compareTo(policy.cap()) <= 0);
  }

  @Test
  void impact_ofEachScore_isTheSeeds() {
    assertEquals(ImpactAction.DOMAIN_LOCAL_RECOVERY, ImpactAction.of(1));
    assertEquals(ImpactAction.COORDINATED_RECOVERY, ImpactAction.of(2));
    assertEquals(ImpactAction.SYSTEM_WIDE_ASSESSMENT, ImpactAction.of(3));
    assertEquals(ImpactAction.EMERGENCY_RECOVERY_PROTOCOL, ImpactAction.of(4));
    assertEquals(ImpactAction.SYSTEM_RESTART_CONSIDERATION, ImpactAction.of(5));
    assertEquals(ImpactAction.SYSTEM_RESTART_CONSIDERATION, ImpactAction.of(6));
    assertThrows(IllegalArgumentException.class, () -> ImpactAction.of(0));
  }

  // ---- pairs

  @Test
  void pairs_areTheSevenOfTheSeedsInEitherOrderAndSecondaryOtherwise() {
    Map<Set<Domain>, PairPriority> seeds =
        Map.of(
            Set.of(Domain.DEVICE, Domain.MEMORY), PairPriority.PRIORITY_1_CRITICAL_PATH,
            Set.of(Domain.MEMORY, Domain.MODEL), PairPriority.PRIORITY_1_CRITICAL_PATH,
            Set.of(Domain.MODEL, Domain.INFERENCE), PairPriority.PRIORITY_1_CRITICAL_PATH,
            Set.of(Domain.PROCESSING, Domain.INFERENCE), PairPriority.PRIORITY_2_OPERATIONAL,
            Set.of(Domain.INFERENCE, Domain.POSTPROCESSING), PairPriority.PRIORITY_2_OPERATIONAL,
            Set.of(Domain.DEVICE, Domain.PROCESSING), PairPriority.PRIORITY_3_SECONDARY,
            Set.of(Domain.MEMORY, Domain.POSTPROCESSING), PairPriority.PRIORITY_3_SECONDARY);
    assertEquals(seeds.keySet(), POLICY.pairs().named().keySet());
    for (Domain one : Domain.values()) {
      for (Domain other : Domain.values()) {
        PairPriority expected =
            one == other
                ? PairPriority.PRIORITY_3_SECONDARY
                : seeds.getOrDefault(Set.of(one, other), PairPriority.PRIORITY_3_SECONDARY);
        assertEquals(expected, POLICY.pairs().of(one, other), one + " " + other);
      }
    }
  }

  @Test
  void mostUrgentPair_isThatOfAnyDomainReached() {
    for (Domain own : Domain.values()) {
      for (int bits = 0; bits < 1 << Domain.values().length; bits++) {
        Set<Domain> others = EnumSet.noneOf(Domain.class);
        PairPriority most = PairPriority.PRIORITY_3_SECONDARY;
        for (Domain other : Domain.values()) {
          if ((bits >> other.ordinal() & 1) == 1) {
            others.add(other);
            PairPriority pair = POLICY.pairs().of(own, other);
            most = pair.compareTo(most) < 0 ? pair : most;
          }
        }
        assertEquals(most, POLICY.pairs().mostUrgent(own, others));
      }
    }
  }

  // ---- the decision

  @Test
  void decision_ofEveryErrorSeverityBlameAndFrequency_keepsItsRules() {
    for (ErrorDefinition error : CATALOG.all()) {
      for (Severity severity : Severity.values()) {
        for (WorkerBlame blame : WorkerBlame.values()) {
          for (int perHour : new int[] {0, 1, 5, 10, 11}) {
            Escalation decided =
                Escalation.decide(error, severity, blame, perHour / 2, perHour, POLICY);
            boolean critical = blame.countsAgainstHealth() && severity == Severity.CRITICAL;
            assertEquals(critical ? ManualGate.AFTER_RECOVERY : ManualGate.NONE, decided.gate());
            assertEquals(
                critical || blame.countsAgainstHealth() && perHour > 10, decided.protection());
            assertEquals(FrequencyLevel.of(perHour, POLICY.bands()), decided.frequency());
            assertEquals(error.impacts().size(), decided.impactScore());
            assertEquals(error.strategy(), decided.strategy());
            assertEquals(error.cascade(), decided.cascade());
            assertEquals(error.priority(), decided.priority());
            assertTrue(decided.retries() == 0 || severity != Severity.CRITICAL);
          }
        }
      }
    }
  }

  @Test
  void gateAndProtection_areSettings() {
    ErrorDefinition error = CATALOG.get(ErrorNames.PRIMARY_DEVICE_FAILURE);
    EscalationPolicy open = with("manual-gate = none");
    EscalationPolicy calm = with("critical-protects = never");
    assertEquals(
        ManualGate.NONE,
        Escalation.decide(error, Severity.CRITICAL, WorkerBlame.DEVICE, 0, 0, open).gate());
    Escalation rare = Escalation.decide(error, Severity.CRITICAL, WorkerBlame.DEVICE, 0, 0, calm);
    assertTrue(!rare.protection() && rare.gate() == ManualGate.AFTER_RECOVERY);
    assertTrue(
        Escalation.decide(error, Severity.CRITICAL, WorkerBlame.DEVICE, 11, 11, calm).protection());
  }

  @Test
  void criticalProtection_thatIsUnknown_isRefusedWithItsPlace() {
    ConfigException.BadValue wrong =
        assertThrows(ConfigException.BadValue.class, () -> with("critical-protects = sometimes"));
    assertTrue(wrong.getMessage().contains("critical-protects"), wrong.getMessage());
    assertEquals(CriticalProtection.UNHEALED, POLICY.criticalProtection());
    assertEquals(
        CriticalProtection.AT_ONCE, with("critical-protects = at-once").criticalProtection());
  }

  @Test
  void order_isByPriorityThenImpactThenPairThenAge() {
    List<EscalationDecision> waiting = new ArrayList<>();
    int age = 0;
    for (ErrorDefinition error : CATALOG.all()) {
      for (int twice = 0; twice < 2; twice++) {
        EventMeta meta = EventMeta.root(String.format("%08d", age++), Instant.EPOCH);
        waiting.add(
            new EscalationDecision(
                new Fault(error, "x", "", null),
                Escalation.decide(error, error.severity(), error.blame(), 0, 0, POLICY),
                meta,
                meta));
      }
    }
    waiting.sort(EscalationDecision.ORDER);
    for (int i = 1; i < waiting.size(); i++) {
      Escalation before = waiting.get(i - 1).escalation();
      Escalation after = waiting.get(i).escalation();
      int byPriority = before.priority().number() - after.priority().number();
      int byImpact = after.impactScore() - before.impactScore();
      int byPair = before.pair().compareTo(after.pair());
      assertTrue(
          byPriority < 0 || byPriority == 0 && (byImpact < 0 || byImpact == 0 && byPair <= 0),
          before.error() + " before " + after.error());
    }
    assertEquals(1, waiting.get(0).escalation().priority().number());
    assertEquals(6, waiting.get(0).escalation().impactScore());
  }

  // ---- severity in context

  @Test
  void severity_ofWhatACallerDidWrong_isNeverAboveItsBound() {
    FaultContext worst = new FaultContext(0, 2, 100, true);
    for (ErrorDefinition error : CATALOG.all()) {
      for (WorkerBlame blame : List.of(WorkerBlame.CLIENT, WorkerBlame.REQUEST)) {
        assertTrue(
            Severity.LOW.atLeast(ContextualSeverity.of(error, blame, worst, POLICY).severity()));
      }
    }
  }

  @Test
  void severity_inEveryContext_movesByStepsAndSaysWhy() {
    for (ErrorDefinition error : CATALOG.all()) {
      boolean onDevices =
          Set.of(Domain.DEVICE, Domain.INFERENCE, Domain.MODEL).contains(error.domain());
      for (int serving = 0; serving <= 3; serving++) {
        for (int repeats = 1; repeats <= 4; repeats++) {
          for (boolean degraded : new boolean[] {false, true}) {
            int steps = degraded ? 1 : 0;
            int reasons = steps;
            if (repeats >= 3) {
              steps++;
              reasons++;
            }
            if (onDevices && serving == 0) {
              steps++;
              reasons++;
            }
            if (onDevices && serving > 1 && error.severity() != Severity.CRITICAL) {
              steps--;
              reasons++;
            }
            ContextualSeverity found =
                ContextualSeverity.of(
                    error,
                    WorkerBlame.INFRASTRUCTURE,
                    new FaultContext(serving, 3, repeats, degraded),
                    POLICY);
            int expected = Math.max(0, Math.min(3, error.severity().ordinal() - steps));
            assertEquals(Severity.values()[expected], found.severity(), error.name());
            assertEquals(reasons, found.context().size(), found.context().toString());
          }
        }
      }
    }
  }

  @Test
  void severity_beforeAnyDeviceIsKnown_isTheCatalogs() {
    for (ErrorDefinition error : CATALOG.all()) {
      ContextualSeverity found =
          ContextualSeverity.of(
              error, WorkerBlame.WORKER, new FaultContext(0, 0, 1, false), POLICY);
      assertEquals(error.severity(), found.severity());
      assertEquals(List.of(), found.context());
    }
  }

  // ---- settings

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frequency.counting = sometimes | counting",
        "retry-limit.dire = 1 | dire",
        "retry-limit.high = 101 | high",
        "notify-user-from = dire | notify-user-from",
        "manual-gate = ajar | ajar",
        "pairs.device-kitchen = priority_2_operational | kitchen",
        "pairs.device-device = priority_2_operational | device-device",
        "pairs.memory-device = priority_2_operational | named twice",
        "pairs.device-memory = priority_9 | priority_9",
        "retry.odd.policy = none | odd",
        "retry.transient.max = 0 | transient",
        "retry.transient.jitter = 2 | jitter",
        "retry.poison.policy = hope | poison"
      })
  void settings_thatAreWrong_areNamedWithTheirPlace(String change, String named) {
    ConfigException refused = assertThrows(ConfigException.class, () -> with(change));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
    assertTrue(refused.getMessage().matches("(?s).*: [0-9]+.*"), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "frequency.medium-from = 0",
    "frequency.high-from = 1",
    "frequency.critical-above = 4",
    "frequency.first-attempt-within = 0s",
    "context.repeats = 1",
    "multiple-critical.errors = 1",
    "multiple-critical.within = 0s"
  })
  void settings_outOfBounds_areRefused(String change) {
    assertThrows(IllegalArgumentException.class, () -> with(change));
  }

  @Test
  void everyActionOfTheSeeds_isOfferedByName() {
    Set<String> names = new HashSet<>();
    for (Urgency urgency : Urgency.values()) {
      names.add(urgency.code());
    }
    assertTrue(
        names.containsAll(
            Set.of(
                "background_recovery",
                "foreground_recovery",
                "immediate_recovery",
                "emergency_recovery")));
  }
}
