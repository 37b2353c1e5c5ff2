package io.mainstay.actors.recovery.casebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * The same faults at the same times, and the same seed, lead to the same sequence of decisions; and
 * whatever the faults are, no promise is broken on the way (see {@link DecisionStory}).
 */
class DecisionSequenceTest {
  private static final int FAULTS = 200;

  @Property(tries = 60)
  void sameSeed_givesTheSameDecisions_andKeepsItsPromises(
      @ForAll long seed, @ForAll @IntRange(max = 3) int setting) {
    EscalationPolicy policy =
        List.of(
                Cases.POLICY,
                Cases.policy("manual-gate = before-recovery"),
                Cases.policy("manual-gate = none, critical-protects = at-once"),
                Cases.policy("frequency.counting = every"))
            .get(setting);
    assertEquals(DecisionStory.of(seed, 60, policy), DecisionStory.of(seed, 60, policy));
  }

  @Test
  void sequence_coversWhatThereIsToDecide_andAnotherSeedGivesAnother() {
    assertNotEquals(
        DecisionStory.of(20261122, FAULTS, Cases.POLICY),
        DecisionStory.of(20261123, FAULTS, Cases.POLICY));
    Set<String> kinds = new HashSet<>();
    for (long seed = 20261122; seed < 20261132; seed++) {
      DecisionStory.of(seed, FAULTS, Cases.POLICY).forEach(line -> kinds.add(line.split(" ")[1]));
    }
    assertTrue(
        kinds.containsAll(
            Set.of(
                "FAULT",
                "BEGIN",
                "JOIN",
                "WAIT",
                "RETRY",
                "ENDED",
                "RecoveryGivenUp",
                "RetrySucceeded",
                "CaseProtected",
                "CaseHealed",
                "CaseClosed")),
        kinds.toString());
    Set<String> gated = new HashSet<>();
    DecisionStory.of(20261122, FAULTS, Cases.policy("manual-gate = before-recovery"))
        .forEach(line -> gated.add(line.split(" ")[1]));
    assertTrue(gated.contains("CaseReleased"), gated.toString());
  }

  /** Nothing hangs on what differs from one process to the next, such as the order of a set. */
  @Test
  void anotherProcess_comesToTheSame() throws Exception {
    Process other =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                DecisionStory.class.getName(),
                "7",
                String.valueOf(FAULTS))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      List<String> lines =
          new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      assertTrue(other.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, other.exitValue());
      assertEquals(DecisionStory.of(7, FAULTS, Cases.POLICY), lines);
    } finally {
      other.destroyForcibly();
    }
  }
}
