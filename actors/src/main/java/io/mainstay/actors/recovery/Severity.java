package io.mainstay.actors.recovery;

/** How bad an error is, worst first, so that rules can say "at least". */
public enum Severity {
  CRITICAL,
  HIGH,
  MEDIUM,
  LOW,
  INFO;

  /** True when this is as bad as that, or worse. */
  public boolean atLeast(Severity other) {
    return compareTo(other) <= 0;
  }
}
