package io.mainstay.actors.recovery;

import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.StrategyName;
import java.util.Set;

/**
 * What this release has code for. Whoever carries out strategies and cascades says which; {@link
 * ErrorCatalog#require} holds the catalog against it.
 */
public record ImplementedRecoveries(Set<StrategyName> strategies, Set<CascadeName> cascades) {
  public ImplementedRecoveries {
    strategies = Set.copyOf(strategies);
    cascades = Set.copyOf(cascades);
  }
}
