package io.mainstay.actors.postprocessing.image.safety;

import com.fasterxml.jackson.annotation.JsonValue;

/** What becomes of a picture, from the mildest to the strictest. */
public enum Decision {
  /** It is among the outputs. */
  DELIVERED("delivered"),
  /** It is among the outputs, and in the review queue. */
  FLAGGED("flagged"),
  /** It is withheld, and in the review queue. */
  REJECTED("rejected");

  private final String wireName;

  Decision(String wireName) {
    this.wireName = wireName;
  }

  /** As written in results and manifests. */
  @JsonValue
  public String wireName() {
    return wireName;
  }

  /** The stricter of two. */
  public Decision or(Decision other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
