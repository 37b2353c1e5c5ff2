package io.mainstay.actors.postprocessing.image.safety;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How much a policy minds a picture that is not technically what was asked for: numbers that are
 * not finite, another size, or a PNG that does not decode to the picture again.
 */
public enum TechnicalCompliance {
  /** Such a picture is delivered; the manifest says what is wrong. */
  LENIENT("lenient", Enforcement.ALLOW),
  /** It is delivered and flagged. */
  MODERATE("moderate", Enforcement.FLAG_FOR_REVIEW),
  /** It is withheld. */
  STRICT("strict", Enforcement.REJECT);

  private final String wireName;
  private final Enforcement enforcement;

  TechnicalCompliance(String wireName, Enforcement enforcement) {
    this.wireName = wireName;
    this.enforcement = enforcement;
  }

  /** As written in a policy file. */
  @JsonValue
  public String wireName() {
    return wireName;
  }

  /** What is done with a picture that does not comply. */
  public Enforcement enforcement() {
    return enforcement;
  }
}
