package io.mainstay.actors.postprocessing.image.safety;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SafetyGateTest {
  private static final SafetyPolicy POLICY =
      new SafetyPolicy(
          "v2.1",
          0.95,
          7,
          TechnicalCompliance.STRICT,
          Enforcement.REJECT,
          Enforcement.FLAG_FOR_REVIEW,
          List.of("warning_sign"),
          List.of());

  private static SafetyFinding safe(double score) {
    return SafetyFinding.ofClasses(
        "m",
        List.of("safe", "warning_sign"),
        new float[] {(float) score, (float) (1 - score)},
        POLICY);
  }

  private static Decision decide(SafetyFinding safety, double quality, String... defects) {
    return SafetyGate.decide(POLICY, safety, quality, List.of(defects)).decision();
  }

  @Test
  void decide_atTheThresholds_delivers() {
    SafetyGate.Outcome outcome =
        SafetyGate.decide(POLICY, SafetyFinding.ofRules(List.of()), 7.0, List.of());

    assertEquals(new SafetyGate.Outcome(Decision.DELIVERED, List.of()), outcome);
    assertEquals(Decision.DELIVERED, decide(safe(0.951), 9));
  }

  @Test
  void decide_belowTheSafetyThreshold_rejectsAndSaysWhy() {
    SafetyGate.Outcome outcome = SafetyGate.decide(POLICY, safe(0.2), 9, List.of());

    assertEquals(Decision.REJECTED, outcome.decision());
    assertEquals(
        List.of(
            "Content safety 0.2000 is below v2.1's minimum of 0.95 (judge: m; class:warning_sign)"),
        outcome.reasons());
  }

  @Test
  void decide_belowTheQualityThreshold_flags() {
    assertEquals(Decision.FLAGGED, decide(safe(1), 6.99));
    assertEquals(Decision.FLAGGED, decide(safe(1), Double.NaN));
  }

  @Test
  void decide_theStrictestOfAllWins_andEachReasonIsGiven() {
    SafetyGate.Outcome outcome =
        SafetyGate.decide(POLICY, safe(0.5), 1, List.of("it is 8 x 8, not 9 x 9"));

    assertEquals(Decision.REJECTED, outcome.decision());
    assertEquals(3, outcome.reasons().size());
  }

  @Test
  void decide_aDefect_goesByTheTechnicalCompliance() {
    assertEquals(Decision.REJECTED, decide(safe(1), 9, "x"));
    assertEquals(Decision.FLAGGED, withCompliance(TechnicalCompliance.MODERATE));
    assertEquals(Decision.DELIVERED, withCompliance(TechnicalCompliance.LENIENT));
  }

  private static Decision withCompliance(TechnicalCompliance compliance) {
    SafetyPolicy policy =
        new SafetyPolicy(
            "v", 0, 0, compliance, Enforcement.ALLOW, Enforcement.ALLOW, List.of(), List.of());
    SafetyGate.Outcome outcome = SafetyGate.decide(policy, safe(1), 9, List.of("x"));
    assertEquals(1, outcome.reasons().size());
    return outcome.decision();
  }

  @Test
  void decide_whatNobodyJudged_isRejectedWhateverThePolicyAllows() {
    SafetyPolicy lax =
        new SafetyPolicy(
            "lax",
            0,
            0,
            TechnicalCompliance.LENIENT,
            Enforcement.ALLOW,
            Enforcement.ALLOW,
            List.of(),
            List.of());

    assertEquals(
        Decision.REJECTED,
        SafetyGate.decide(lax, SafetyFinding.unjudged(), 10, List.of()).decision());
  }

  @Test
  void ofClasses_countsAllForbiddenClasses() {
    SafetyFinding finding =
        SafetyFinding.ofClasses(
            "m",
            List.of("safe", "a", "b"),
            new float[] {0.5f, 0.25f, 0.25f},
            new SafetyPolicy(
                "v",
                0.95,
                7,
                TechnicalCompliance.STRICT,
                Enforcement.REJECT,
                Enforcement.REJECT,
                List.of("a"),
                List.of()));

    assertEquals(0.75, finding.score(), 1e-6);
    assertEquals("safe", finding.classification());
    assertEquals(List.of("class:a"), finding.flagged());
  }

  @Test
  void aTermInThePrompt_makesAnySafeFindingUnsafe() {
    SafetyFinding finding = safe(0.999).with(List.of("prompt:warning sign"));

    assertEquals(0, finding.score());
    assertTrue(finding.flagged().contains("prompt:warning sign"));
    assertEquals(Decision.REJECTED, decide(finding, 10));
  }
}
