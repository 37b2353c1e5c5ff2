package io.mainstay.actors.postprocessing.image.safety;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetyPolicyTest {
  private static final String FILE =
      """
      {
        "event_type": "safety_policy_update",
        "policy_version": "v2.1",
        "safety_thresholds": {
          "content_safety_minimum": 0.95,
          "quality_minimum": 7.0,
          "technical_compliance": "strict"
        },
        "enforcement_actions": {
          "below_safety_threshold": "reject",
          "below_quality_threshold": "flag_for_review"
        },
        "forbidden_classes": ["warning_sign"], "forbidden_prompt_terms": ["warning sign"]
      }
      """;

  @Test
  void parse_readsTheShapeOfAnUpdate() {
    assertEquals(
        new SafetyPolicy(
            "v2.1",
            0.95,
            7.0,
            TechnicalCompliance.STRICT,
            Enforcement.REJECT,
            Enforcement.FLAG_FOR_REVIEW,
            List.of("warning_sign"),
            List.of("warning sign")),
        SafetyPolicyFile.parse(FILE));
  }

  @Test
  void parse_whenNothingIsNamed_forbidsAllButSafe() {
    SafetyPolicy policy =
        SafetyPolicyFile.parse(FILE.replaceAll(",\\s*\"forbidden_classes.*\\]", ""));

    assertEquals(List.of(), policy.forbiddenClasses());
    assertTrue(policy.forbids("anything"));
    assertFalse(policy.forbids("safe"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "policy_version": "v2.1",|''|policy_version
          0.95|1.5|content_safety_minimum
          0.95|"0.95"|content_safety_minimum
          7.0|-1|quality_minimum
          "strict"|"harsh"|lenient, moderate, strict
          "reject"|"shred"|allow, flag_for_review, reject
          ["warning_sign"]|[7]|forbidden_classes
          ["warning_sign"]|"warning_sign"|forbidden_classes
          safety_policy_update|device_update|event_type
          {|[|JSON
          """)
  void parse_whatIsNoPolicy_isRefusedByName(String part, String instead, String named) {
    String file = FILE.replace(part, instead);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> SafetyPolicyFile.parse(file));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
  }

  @Test
  void stricter_takesTheStricterOfEach_andNamesBothVersions() {
    SafetyPolicy one =
        policy(
            "a",
            0.9,
            8,
            TechnicalCompliance.LENIENT,
            Enforcement.REJECT,
            Enforcement.ALLOW,
            List.of("x"),
            List.of("p"));
    SafetyPolicy other =
        policy(
            "b",
            0.95,
            7,
            TechnicalCompliance.STRICT,
            Enforcement.FLAG_FOR_REVIEW,
            Enforcement.FLAG_FOR_REVIEW,
            List.of("y"),
            List.of("q", "p"));

    assertEquals(
        policy(
            "a+b",
            0.95,
            8,
            TechnicalCompliance.STRICT,
            Enforcement.REJECT,
            Enforcement.FLAG_FOR_REVIEW,
            List.of("x", "y"),
            List.of("p", "q")),
        one.stricter(other));
    assertEquals(one, one.stricter(one));
  }

  @Test
  void stricter_whenOneForbidsAllButSafe_theResultDoes() {
    SafetyPolicy named = SafetyPolicyFile.parse(FILE);
    SafetyPolicy all =
        policy(
            "all",
            0.5,
            1,
            TechnicalCompliance.LENIENT,
            Enforcement.ALLOW,
            Enforcement.ALLOW,
            List.of(),
            List.of());

    assertTrue(named.stricter(all).forbids("weapon"));
    assertTrue(all.stricter(named).forbids("weapon"));
  }

  @Test
  void raisedBy_staysOnItsScales() {
    SafetyPolicy raised = SafetyPolicyFile.parse(FILE).raisedBy(0.2, 5);

    assertEquals(1, raised.contentSafetyMinimum());
    assertEquals(10, raised.qualityMinimum());
  }

  private static SafetyPolicy policy(
      String version,
      double safety,
      double quality,
      TechnicalCompliance technical,
      Enforcement belowSafety,
      Enforcement belowQuality,
      List<String> classes,
      List<String> terms) {
    return new SafetyPolicy(
        version, safety, quality, technical, belowSafety, belowQuality, classes, terms);
  }
}
