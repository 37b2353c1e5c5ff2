package io.mainstay.persistence.review;

/** What the policy said of a picture that needs a person. */
public enum ReviewVerdict {
  /** Below the safety threshold: withheld. */
  REJECTED,
  /** Below the quality threshold: delivered, and to be looked at. */
  FLAGGED
}
