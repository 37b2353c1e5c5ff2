package io.mainstay.actors.degradation;

/**
 * What modes demand of the safety gate beyond the policy.
 *
 * @param safetyMargin by which the least content safety is raised, 0 to 1
 * @param qualityMargin by which the least quality is raised, 0 to 10
 * @param conservative whether all that is below a threshold is withheld until a person has looked
 */
public record SafetyLimits(double safetyMargin, double qualityMargin, boolean conservative) {
  /** The policy alone. */
  public static final SafetyLimits NONE = new SafetyLimits(0, 0, false);

  private static final double QUALITY_MAX = 10;

  public SafetyLimits {
    Limit.margin("safety.safety-margin", safetyMargin, 1);
    Limit.margin("safety.quality-margin", qualityMargin, QUALITY_MAX);
  }

  /** The stricter of both, setting by setting. */
  public SafetyLimits and(SafetyLimits other) {
    return new SafetyLimits(
        Math.max(safetyMargin, other.safetyMargin),
        Math.max(qualityMargin, other.qualityMargin),
        conservative || other.conservative);
  }
}
