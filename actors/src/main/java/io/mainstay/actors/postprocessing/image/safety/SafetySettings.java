package io.mainstay.actors.postprocessing.image.safety;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the policy of the safety gate comes from, {@code mainstay.postprocessing.safety}.
 *
 * @param policy the node's own policy file, beside the one shipped with the safety model
 * @param strictness whether the thresholds are raised
 * @param safetyMargin by which {@link Strictness#STRICT} raises content safety, 0 to 1
 * @param qualityMargin by which it raises quality, 0 to 10
 */
public record SafetySettings(
    Optional<Path> policy, Strictness strictness, double safetyMargin, double qualityMargin) {
  private static final String PATH = "mainstay.postprocessing.safety";

  /** How strictly a policy is taken. */
  public enum Strictness {
    /** As it is. */
    MODERATE("moderate"),
    /** With higher thresholds. */
    STRICT("strict");

    private final String wireName;

    Strictness(String wireName) {
      this.wireName = wireName;
    }

    /** As written in requests and settings. */
    public String wireName() {
      return wireName;
    }
  }

  public SafetySettings {
    within("safety", safetyMargin, 1);
    within("quality", qualityMargin, 10);
  }

  /** The same, or strict where a request asks for that: it never loosens what the node has. */
  public SafetySettings atLeast(Strictness asked) {
    return new SafetySettings(
        policy, strictness.compareTo(asked) >= 0 ? strictness : asked, safetyMargin, qualityMargin);
  }

  private static void within(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(
          PATH + ".strict-margin." + name + " is " + value + "; allowed are 0 to " + most);
    }
  }

  /** Reads the object {@code safety}. */
  public static SafetySettings of(Config safety) {
    String policy = safety.getString("policy");
    String strictness = safety.getString("strictness");
    return new SafetySettings(
        policy.isEmpty() ? Optional.empty() : Optional.of(Path.of(policy)),
        switch (strictness.toLowerCase(Locale.ROOT)) {
          case "moderate" -> Strictness.MODERATE;
          case "strict" -> Strictness.STRICT;
          default ->
              throw new IllegalArgumentException(
                  PATH + ".strictness is '" + strictness + "'; allowed are moderate and strict");
        },
        safety.getDouble("strict-margin.safety"),
        safety.getDouble("strict-margin.quality"));
  }
}
