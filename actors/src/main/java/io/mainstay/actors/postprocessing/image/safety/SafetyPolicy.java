package io.mainstay.actors.postprocessing.image.safety;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A version of the safety policy: thresholds, and what happens below them.
 *
 * @param version such as {@code v2.1}
 * @param contentSafetyMinimum least content safety score, 0 to 1
 * @param qualityMinimum least quality, 0 to 10
 * @param technicalCompliance what a technically wrong picture means
 * @param belowSafety what happens below the safety threshold
 * @param belowQuality what happens below the quality threshold
 * @param forbiddenClasses of the classifier; when it lists none, every class but {@code safe}
 * @param forbiddenTerms word sequences that no prompt may hold; see {@link PromptRules}
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "orchestration",
    fields = "safety-policy")
public record SafetyPolicy(
    String version,
    double contentSafetyMinimum,
    double qualityMinimum,
    TechnicalCompliance technicalCompliance,
    Enforcement belowSafety,
    Enforcement belowQuality,
    List<String> forbiddenClasses,
    List<String> forbiddenTerms) {
  /** The class that no policy forbids unless it names it. */
  public static final String SAFE_CLASS = "safe";

  public SafetyPolicy {
    if (version.isBlank()) {
      throw new IllegalArgumentException("A policy needs a policy_version; it is empty");
    }
    if (!(contentSafetyMinimum >= 0 && contentSafetyMinimum <= 1)) {
      throw new IllegalArgumentException(
          "content_safety_minimum is " + contentSafetyMinimum + "; allowed are 0 to 1");
    }
    if (!(qualityMinimum >= 0 && qualityMinimum <= 10)) {
      throw new IllegalArgumentException(
          "quality_minimum is " + qualityMinimum + "; allowed are 0 to 10");
    }
    forbiddenClasses = List.copyOf(forbiddenClasses);
    forbiddenTerms = List.copyOf(forbiddenTerms);
  }

  /** Whether a class of a classifier is forbidden. */
  public boolean forbids(String className) {
    return forbiddenClasses.isEmpty()
        ? !className.equals(SAFE_CLASS)
        : forbiddenClasses.contains(className);
  }

  /**
   * The stricter of two in every respect. Its version names both where they differ, so that a
   * receipt says which policies were applied.
   */
  public SafetyPolicy stricter(SafetyPolicy other) {
    return new SafetyPolicy(
        version.equals(other.version) ? version : version + "+" + other.version,
        Math.max(contentSafetyMinimum, other.contentSafetyMinimum),
        Math.max(qualityMinimum, other.qualityMinimum),
        max(technicalCompliance, other.technicalCompliance),
        max(belowSafety, other.belowSafety),
        max(belowQuality, other.belowQuality),
        // An empty list forbids all but the safe class: nothing is stricter.
        forbiddenClasses.isEmpty() || other.forbiddenClasses.isEmpty()
            ? List.of()
            : union(forbiddenClasses, other.forbiddenClasses),
        union(forbiddenTerms, other.forbiddenTerms));
  }

  /** This policy with its thresholds raised, never beyond their scales. */
  public SafetyPolicy raisedBy(double safetyMargin, double qualityMargin) {
    return new SafetyPolicy(
        version,
        Math.max(contentSafetyMinimum, Math.min(1, contentSafetyMinimum + safetyMargin)),
        Math.max(qualityMinimum, Math.min(10, qualityMinimum + qualityMargin)),
        technicalCompliance,
        belowSafety,
        belowQuality,
        forbiddenClasses,
        forbiddenTerms);
  }

  /**
   * This policy while a node is careful: thresholds raised, and if it withholds, all that is below
   * one goes to a person first. Its version names why.
   *
   * @param why such as a mode; empty if nothing is demanded
   */
  public SafetyPolicy careful(
      double safetyMargin, double qualityMargin, boolean withholds, String why) {
    SafetyPolicy raised = raisedBy(safetyMargin, qualityMargin);
    return new SafetyPolicy(
        why.isEmpty() ? version : version + "+" + why,
        raised.contentSafetyMinimum,
        raised.qualityMinimum,
        technicalCompliance,
        withholds ? Enforcement.REJECT : belowSafety,
        withholds ? Enforcement.REJECT : belowQuality,
        forbiddenClasses,
        forbiddenTerms);
  }

  private static <T extends Enum<T>> T max(T one, T other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static List<String> union(List<String> one, List<String> other) {
    LinkedHashSet<String> all = new LinkedHashSet<>(one);
    all.addAll(other);
    return new ArrayList<>(all);
  }
}
