package io.mainstay.protocol.state;

/** How hard a check judges; in rising order. */
public enum Strictness {
  /** Clear cases only. */
  LENIENT,
  /** The usual. */
  MODERATE,
  /** Doubt counts against. */
  STRICT
}
