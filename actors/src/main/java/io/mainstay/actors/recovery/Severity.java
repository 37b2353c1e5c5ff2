package io.mainstay.actors.recovery;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How bad an error is, worst first, so that rules can say "at least". */
public enum Severity {
  CRITICAL,
  HIGH,
  MEDIUM,
  LOW,
  INFO;

  /** The severity of that name in lower case; empty when there is none. */
  public static Optional<Severity> named(String name) {
    return Arrays.stream(values())
        .filter(severity -> severity.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  /** True when this is as bad as that, or worse. */
  public boolean atLeast(Severity other) {
    return compareTo(other) <= 0;
  }
}
