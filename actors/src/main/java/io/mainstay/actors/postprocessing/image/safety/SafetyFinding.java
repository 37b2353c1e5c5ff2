package io.mainstay.actors.postprocessing.image.safety;

import java.util.ArrayList;
import java.util.List;

/**
 * What a check found out about one picture.
 *
 * @param score content safety, 0 (forbidden) to 1 (safe)
 * @param classification the likeliest class, such as {@code safe}
 * @param flagged what speaks against it, such as {@code class:warning_sign}; empty for nothing
 * @param judge who said so: a model's id, {@code rules} or {@code none}
 */
public record SafetyFinding(
    double score, String classification, List<String> flagged, String judge) {
  /** Judge of a finding by the rules over prompt and pixels. */
  public static final String RULES = "rules";

  /** Judge where there was nobody to judge. */
  public static final String NOBODY = "none";

  private static final String UNJUDGED = "unjudged";

  public SafetyFinding {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("A safety score of " + score + "; allowed are 0 to 1");
    }
    flagged = List.copyOf(flagged);
  }

  /** Nobody could judge the picture: as unsafe as can be. */
  public static SafetyFinding unjudged() {
    return new SafetyFinding(0, UNJUDGED, List.of("unjudged"), NOBODY);
  }

  /** The finding of the rules: 0 when one applies, else 1. */
  public static SafetyFinding ofRules(List<String> flagged) {
    return new SafetyFinding(
        flagged.isEmpty() ? 1 : 0,
        flagged.isEmpty() ? SafetyPolicy.SAFE_CLASS : "forbidden",
        flagged,
        RULES);
  }

  /**
   * The finding of a classifier: the score is 1 less the probabilities of all forbidden classes.
   *
   * @param probabilities of the classes, each 0 to 1, adding up to about 1
   */
  public static SafetyFinding ofClasses(
      String judge, List<String> classes, float[] probabilities, SafetyPolicy policy) {
    double forbidden = 0;
    int likeliest = 0;
    List<String> flagged = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      if (probabilities[i] > probabilities[likeliest]) {
        likeliest = i;
      }
      if (policy.forbids(classes.get(i))) {
        forbidden += probabilities[i];
        if (1 - probabilities[i] < policy.contentSafetyMinimum()) {
          flagged.add("class:" + classes.get(i));
        }
      }
    }
    return new SafetyFinding(
        Math.max(0, Math.min(1, 1 - forbidden)), classes.get(likeliest), flagged, judge);
  }

  /** With what else speaks against the picture; its score is 0 then. */
  public SafetyFinding with(List<String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(flagged);
    more.stream().filter(one -> !all.contains(one)).forEach(all::add);
    return new SafetyFinding(0, classification, all, judge);
  }

  /** The worse of two findings about one picture. */
  public SafetyFinding worse(SafetyFinding other) {
    return other.score < score ? other : this;
  }
}
