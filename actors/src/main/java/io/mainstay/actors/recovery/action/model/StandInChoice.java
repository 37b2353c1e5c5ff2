package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.fallback.Alternatives.Candidate;
import java.util.List;
import java.util.Optional;

/** Which alternatives of a model a step may take, by their levels and strategies. Pure. */
final class StandInChoice {
  /** The same model in another format. */
  private static final int FORMAT = 1;

  /** A component of another model in it. */
  private static final int COMPONENT = 2;

  private static final String WITHOUT_MODEL = "non_ml_processing";

  /** Of less precision it would be another quality. */
  private static final String PRECISE = "fp32";

  private StandInChoice() {}

  /**
   * Those of the levels from one to another, both included, best first; of other components alone
   * where whole models are not among them.
   */
  static List<Candidate> ofLevels(Alternatives found, int from, int to) {
    return found.candidates().stream()
        .filter(one -> one.level() >= from && one.level() <= to)
        .filter(one -> to > COMPONENT || !one.component().isEmpty())
        .toList();
  }

  /** Those that a manifest names and that cannot be used, each with why. */
  static List<String> skipped(Alternatives found) {
    return found.skipped().stream().map(one -> one.modelId() + ": " + one.reason()).toList();
  }

  /** The best one that is the same model. */
  static Optional<Candidate> sameInAnotherFormat(Alternatives found) {
    return found.candidates().stream().filter(one -> one.level() == FORMAT).findFirst();
  }

  /** Whether nothing of the quality is lost in it. */
  static boolean isAsPrecise(String precision) {
    return precision.equals(PRECISE);
  }

  /** The best one that does the work by rules or by a kernel. */
  static Optional<Candidate> withoutModel(Alternatives found) {
    return found.candidates().stream()
        .filter(one -> one.strategy().equals(WITHOUT_MODEL))
        .findFirst();
  }
}
