package io.mainstay.actors.consistency.check;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What one check found.
 *
 * @param lastCheck when the parts that it needs last answered; the epoch if never
 * @param score 1 without divergences, down to 0
 * @param divergences those that count
 */
public record CheckResult(
    CheckType type, Instant lastCheck, double score, List<Divergence> divergences) {
  /** What a minor divergence costs: one alone is no reason to repair, and no bar to its success. */
  static final double MINOR = 0.04;

  /** What another one costs: one alone is a reason to repair. */
  static final double MAJOR = 0.25;

  /** How the check stands. */
  public enum Status {
    CONSISTENT,
    MINOR_DIVERGENCE,
    DIVERGENCE;

    /** Such as {@code minor_divergence}. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public CheckResult {
    divergences = List.copyOf(divergences);
  }

  /** With the score that these divergences give. */
  static CheckResult of(CheckType type, Instant at, List<Divergence> divergences) {
    double lost = 0;
    for (Divergence divergence : divergences) {
      lost += divergence.kind().severity() == DivergenceKind.Severity.MINOR ? MINOR : MAJOR;
    }
    return new CheckResult(type, at, Math.max(0, 1 - lost), divergences);
  }

  /** Consistent, minor (nothing that work could feel), or not. */
  public Status status() {
    if (divergences.isEmpty()) {
      return Status.CONSISTENT;
    }
    return divergences.stream()
            .allMatch(found -> found.kind().severity() == DivergenceKind.Severity.MINOR)
        ? Status.MINOR_DIVERGENCE
        : Status.DIVERGENCE;
  }

  /** The mean of the scores; 1 of none. */
  public static double overall(List<CheckResult> results) {
    return results.stream().mapToDouble(CheckResult::score).average().orElse(1);
  }
}
