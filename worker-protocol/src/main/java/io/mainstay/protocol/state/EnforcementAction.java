package io.mainstay.protocol.state;

/** What happens to a result below a threshold. */
public enum EnforcementAction {
  /** Nothing. */
  ALLOW,
  /** Held until a person decided. */
  FLAG_FOR_REVIEW,
  /** Not given out. */
  REJECT
}
