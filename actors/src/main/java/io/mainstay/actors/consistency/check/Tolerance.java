package io.mainstay.actors.consistency.check;

/**
 * By how much two measurements of one size may differ.
 *
 * @param fraction of the larger one, 0 to 1
 * @param bytes that are always allowed on top
 * @param overheadBytes what a worker may have beside its budget and arena: code, libraries, stacks
 */
public record Tolerance(double fraction, long bytes, long overheadBytes) {
  public Tolerance {
    if (fraction < 0 || fraction > 1 || bytes < 0 || overheadBytes < 0) {
      throw new IllegalArgumentException(
          "Tolerance of "
              + fraction
              + " (0 to 1), "
              + bytes
              + " and "
              + overheadBytes
              + " bytes (at least 0)");
    }
  }

  /** Whether the two are as good as equal. */
  public boolean accepts(long one, long other) {
    return Math.abs(one - other) <= bytes + fraction * Math.max(one, other);
  }
}
