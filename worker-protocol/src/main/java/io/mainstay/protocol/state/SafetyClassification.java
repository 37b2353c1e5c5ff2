package io.mainstay.protocol.state;

/** Verdict of a safety check. */
public enum SafetyClassification {
  /** Above the threshold. */
  SAFE,
  /** Needs a person. */
  QUESTIONABLE,
  /** Below the threshold. */
  UNSAFE
}
