package io.mainstay.actors.model.load;

import io.mainstay.actors.model.load.LoadDesk.Catalog;
import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.persistence.saga.SagaPlan;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What loads have read ahead. The cache keeps files of models that nobody has loaded any more, so a
 * load that is taken back answers only for what it asked for itself. Confined to the {@link
 * LoadDesk}.
 */
final class ReadAhead {
  private final Catalog catalog;
  private final int most;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * @param most loads that are remembered; beyond it the oldest are ended long since
   */
  ReadAhead(Catalog catalog, int most) {
    this.catalog = catalog;
    this.most = most;
  }

  /** The load wants the model's files in memory. */
  void ask(String sagaId, SagaPlan.ModelLoad plan) {
    catalog.cache(plan.modelId());
    asked.add(sagaId);
    if (asked.size() > most) {
      asked.remove(asked.iterator().next());
    }
  }

  /** It does not any more; files that others need stay, since their bytes are shared. */
  String letGo(String sagaId, SagaPlan.ModelLoad plan, Residences residences) {
    if (isNeeded(sagaId, plan, residences)) {
      return "the files of " + plan.modelId() + " stay read ahead: others need them";
    }
    return catalog.uncache(plan.modelId()) + " bytes read ahead were let go";
  }

  /** Bytes that the load asked for and that are there for nobody. */
  long stray(String sagaId, SagaPlan.ModelLoad plan, Residences residences) {
    return !asked.contains(sagaId) || isNeeded(sagaId, plan, residences)
        ? 0
        : catalog.cachedBytes(plan.modelId());
  }

  /** The load is over. */
  void ended(String sagaId) {
    asked.remove(sagaId);
  }

  /** Another device has the model, or somebody holds it for more than this load. */
  private boolean isNeeded(String sagaId, SagaPlan.ModelLoad plan, Residences residences) {
    return residences.neededBeside(new Key(plan.modelId(), plan.deviceId()))
        || catalog.dependents(plan.modelId()).stream().anyMatch(holder -> !holder.contains(sagaId));
  }
}
