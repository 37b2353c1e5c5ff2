package io.mainstay.actors.model.fallback;

import io.mainstay.persistence.serialization.WireMessage;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What may stand in for a model, best first. Whoever takes one says so as a degradation.
 *
 * @param modelId the model that cannot be used
 * @param candidates that can be asked for
 * @param skipped those that cannot, such as broken ones
 */
public record Alternatives(String modelId, List<Candidate> candidates, List<Skipped> skipped)
    implements WireMessage {
  /** Level of what needs no model at all. */
  static final int NO_MODEL = 5;

  public Alternatives {
    candidates = List.copyOf(candidates);
    skipped = List.copyOf(skipped);
  }

  /**
   * A substitute.
   *
   * @param level 1 (nearest) to 5, of the model loading fallback chain
   * @param strategy name of that level, such as {@code alternative_model_format}
   * @param modelId to load instead, for one with a component of another the id of that {@link
   *     io.mainstay.actors.model.Substitution}; {@code builtin} for what every worker has; empty
   *     when no model is needed
   * @param component that is another's in it, or the kernel of the worker; empty for a whole model
   * @param reason why it may stand in, one clause
   */
  public record Candidate(
      int level, String strategy, String modelId, String component, String reason) {}

  /** One that a manifest names and that cannot be used. */
  public record Skipped(int level, String modelId, String reason) {}

  /** The best model that was not tried already; kernels and rules are no models. */
  public Optional<Candidate> next(Collection<String> tried) {
    return candidates.stream()
        .filter(candidate -> candidate.level() < NO_MODEL)
        .filter(candidate -> !tried.contains(candidate.modelId()))
        .findFirst();
  }
}
