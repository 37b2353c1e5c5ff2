package io.mainstay.actors.processing;

import io.mainstay.actors.degradation.Degraded;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.Precision;
import io.mainstay.persistence.session.Workflow;
import java.util.List;
import java.util.Optional;

/**
 * The variant of a model that a mode demands instead: the same weights in a lower precision, where
 * its manifest names one. Pure.
 */
final class ReducedPrecision {
  private ReducedPrecision() {}

  /** Models to look at, nearest first; empty where nothing is demanded. */
  static List<String> candidates(Restrictions modes, Workflow workflow, ModelDescriptor model) {
    if (!modes.inference().reducedPrecision() || !(workflow instanceof Workflow.TextToImage)) {
      return List.of();
    }
    return model.traits().fallbacks().stream()
        .filter(fallback -> fallback.relation() == Fallback.Relation.ALTERNATIVE_FORMAT)
        .map(Fallback::model)
        .toList();
  }

  /** The receipt, if that one is of a lower precision than the model that was asked for. */
  static Optional<Degraded> receipt(
      Restrictions modes, ModelDescriptor asked, ModelDescriptor instead) {
    return Precision.isLower(asked.traits().precision(), instead.traits().precision())
        ? Optional.of(
            modes.degraded(
                "precision",
                asked.traits().precision() + " of " + asked.id(),
                instead.traits().precision() + " of " + instead.id()))
        : Optional.empty();
  }
}
