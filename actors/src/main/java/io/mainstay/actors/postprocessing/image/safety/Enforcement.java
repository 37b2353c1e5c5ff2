package io.mainstay.actors.postprocessing.image.safety;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a policy does with a picture below a threshold, from the mildest to the strictest. */
public enum Enforcement {
  /** Deliver it; the reason is in the manifest. */
  ALLOW("allow", Decision.DELIVERED),
  /** Deliver it and let a person look at it. */
  FLAG_FOR_REVIEW("flag_for_review", Decision.FLAGGED),
  /** Withhold it until a person has looked at it. */
  REJECT("reject", Decision.REJECTED);

  private final String wireName;
  private final Decision decision;

  Enforcement(String wireName, Decision decision) {
    this.wireName = wireName;
    this.decision = decision;
  }

  /** As written in a policy file. */
  @JsonValue
  public String wireName() {
    return wireName;
  }

  /** What becomes of the picture. */
  public Decision decision() {
    return decision;
  }
}
