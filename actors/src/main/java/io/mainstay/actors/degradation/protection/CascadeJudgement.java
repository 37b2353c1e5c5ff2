package io.mainstay.actors.degradation.protection;

/**
 * When failing components are a cascade, and when it is over. Pure; immutable. Both take several
 * looks in a row, and what ends it is less than what began it, so that nothing flaps.
 *
 * @param standing what was said last
 * @param streak looks in a row that speak for the other standing
 */
public record CascadeJudgement(Standing standing, int streak) {
  /** What was said last. */
  public enum Standing {
    /** Nothing yet: whatever an earlier life said may still hold. */
    UNSAID,
    CALM,
    CASCADE
  }

  /** What is to be said now. */
  public enum Verdict {
    NOTHING,
    CASCADE_BEGAN,
    CASCADE_ENDED
  }

  /** What follows from one look. */
  public record Step(CascadeJudgement next, Verdict verdict) {}

  /** Before the first look. */
  public static CascadeJudgement begin() {
    return new CascadeJudgement(Standing.UNSAID, 0);
  }

  /**
   * One look.
   *
   * @param unhealthyShare 0 to 1
   */
  public Step look(double unhealthyShare, ProtectionSettings settings) {
    if (standing != Standing.CASCADE && unhealthyShare > settings.unhealthyShare()) {
      return more(Standing.CASCADE, settings.looks(), Verdict.CASCADE_BEGAN);
    }
    if (standing != Standing.CALM && unhealthyShare <= settings.calmShare()) {
      // Of two ways out of the unsaid the looks must agree: a calm one ends a streak of others.
      return more(Standing.CALM, settings.calmLooks(), Verdict.CASCADE_ENDED);
    }
    return new Step(new CascadeJudgement(standing, 0), Verdict.NOTHING);
  }

  private Step more(Standing other, int needed, Verdict verdict) {
    // A streak is positive towards a cascade, negative towards calm.
    int direction = other == Standing.CASCADE ? 1 : -1;
    int now = Integer.signum(streak) == direction ? streak + direction : direction;
    return Math.abs(now) >= needed
        ? new Step(new CascadeJudgement(other, 0), verdict)
        : new Step(new CascadeJudgement(standing, now), Verdict.NOTHING);
  }
}
