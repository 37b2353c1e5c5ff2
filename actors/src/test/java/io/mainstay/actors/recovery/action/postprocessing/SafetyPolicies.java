package io.mainstay.actors.recovery.action.postprocessing;

/** Policy files. */
final class SafetyPolicies {
  private SafetyPolicies() {}

  /** One whose every class the rules over pixels know. */
  static String valid() {
    return forbidding("warning_sign");
  }

  static String forbidding(String className) {
    return """
    {
      "event_type": "safety_policy_update",
      "policy_version": "test-1",
      "safety_thresholds": {
        "content_safety_minimum": 0.5, "quality_minimum": 0.0, "technical_compliance": "strict"
      },
      "enforcement_actions": {
        "below_safety_threshold": "reject", "below_quality_threshold": "flag_for_review"
      },
      "forbidden_classes": ["%s"],
      "forbidden_prompt_terms": ["warning sign"]
    }
    """
        .formatted(className);
  }
}
