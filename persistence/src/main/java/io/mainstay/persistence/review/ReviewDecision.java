package io.mainstay.persistence.review;

/** What a person said of a picture. */
public enum ReviewDecision {
  /** It may be delivered. */
  APPROVED,
  /** It may not. */
  REJECTED
}
