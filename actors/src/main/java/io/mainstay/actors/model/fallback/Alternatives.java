package io.mainstay.actors.model.fallback;

import io.mainstay.persistence.serialization.WireMessage;
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
  public Alternatives {
    candidates = List.copyOf(candidates);
    skipped = List.copyOf(skipped);
  }

  /**
   * A substitute.
   *
   * @param level 1 (nearest) to 5, of the model loading fallback chain
   * @param strategy name of that level, such as {@code alternative_model_format}
   * @param modelId to load instead; {@code builtin} for what every worker has; empty when no model
   *     is needed
   * @param component to take from it, or the kernel of the worker; empty for the whole model
   * @param reason why it may stand in, one clause
   */
  public record Candidate(
      int level, String strategy, String modelId, String component, String reason) {}

  /** One that a manifest names and that cannot be used. */
  public record Skipped(int level, String modelId, String reason) {}

  /** The best one, unless that model was tried already. */
  public Optional<Candidate> next(List<String> tried) {
    return candidates.stream()
        .filter(candidate -> !tried.contains(candidate.modelId()))
        .findFirst();
  }
}
