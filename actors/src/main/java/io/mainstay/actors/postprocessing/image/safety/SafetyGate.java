package io.mainstay.actors.postprocessing.image.safety;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Decides what becomes of a picture. The strictest of all applicable actions wins. */
public final class SafetyGate {
  private SafetyGate() {}

  /**
   * What becomes of a picture, and why.
   *
   * @param reasons one sentence each; empty when it complies with everything
   */
  public record Outcome(Decision decision, List<String> reasons) {
    public Outcome {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * Decides.
   *
   * @param safety the worst finding about the picture
   * @param quality 0 to 10: the lower of its technical and its visual quality
   * @param defects what is technically wrong with it, one phrase each
   */
  public static Outcome decide(
      SafetyPolicy policy, SafetyFinding safety, double quality, List<String> defects) {
    Decision decision = Decision.DELIVERED;
    List<String> reasons = new ArrayList<>();
    if (safety.judge().equals(SafetyFinding.NOBODY)) {
      // Whatever the policy allows below its threshold, nothing goes out that nobody looked at.
      decision = Decision.REJECTED;
      reasons.add(
          "Nobody could judge its content: no safety classifier was usable, and "
              + policy.version()
              + " forbids what no rule over pixels knows");
    }
    if (!(safety.score() >= policy.contentSafetyMinimum())) {
      decision = decision.or(policy.belowSafety().decision());
      reasons.add(
          String.format(
              Locale.ROOT,
              "Content safety %.4f is below %s's minimum of %s (judge: %s%s)",
              safety.score(),
              policy.version(),
              policy.contentSafetyMinimum(),
              safety.judge(),
              safety.flagged().isEmpty() ? "" : "; " + String.join(", ", safety.flagged())));
    }
    if (!(quality >= policy.qualityMinimum())) {
      decision = decision.or(policy.belowQuality().decision());
      reasons.add(
          String.format(
              Locale.ROOT,
              "Quality %.2f is below %s's minimum of %s",
              quality,
              policy.version(),
              policy.qualityMinimum()));
    }
    for (String defect : defects) {
      decision = decision.or(policy.technicalCompliance().enforcement().decision());
      reasons.add(
          "Technically not what was asked for ("
              + policy.technicalCompliance().wireName()
              + " compliance): "
              + defect);
    }
    return new Outcome(decision, reasons);
  }
}
