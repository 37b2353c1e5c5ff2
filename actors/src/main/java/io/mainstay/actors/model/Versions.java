package io.mainstay.actors.model;

import io.mainstay.actors.model.registry.ModelRegistry;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Versions that a rescan found while an earlier one is in the workers: the earlier one serves until
 * nobody holds it, then the new one takes its place. Pure and immutable.
 *
 * @param waiting the newest found, by model
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "registry",
    fields = "versions")
record Versions(Map<String, ScannedModel.Sound> waiting) {
  Versions {
    waiting = Collections.unmodifiableMap(new LinkedHashMap<>(waiting));
  }

  static Versions none() {
    return new Versions(Map.of());
  }

  /** What is served after a scan, and what waits. */
  record Decided(ModelRegistry registry, Versions versions) {}

  /**
   * Decides after a scan.
   *
   * @param before the registry that was served
   * @param found the registry that the scan makes
   * @param resident whether a worker has the model, or is to have it
   */
  static Decided after(ModelRegistry before, ModelRegistry found, Predicate<String> resident) {
    Map<String, ScannedModel.Sound> waiting = new LinkedHashMap<>();
    ModelRegistry serving = found;
    for (ScannedModel old : before.models().values()) {
      if (old instanceof ScannedModel.Sound current
          && found.models().get(old.id()) instanceof ScannedModel.Sound next
          && isOther(current, next)
          && resident.test(old.id())) {
        waiting.put(old.id(), next);
        serving = serving.with(current);
      }
    }
    return new Decided(serving, new Versions(waiting));
  }

  Optional<ScannedModel.Sound> of(String modelId) {
    return Optional.ofNullable(waiting.get(modelId));
  }

  /** It took its place. */
  Versions without(String modelId) {
    Map<String, ScannedModel.Sound> next = new LinkedHashMap<>(waiting);
    next.remove(modelId);
    return new Versions(next);
  }

  private static boolean isOther(ScannedModel.Sound current, ScannedModel.Sound next) {
    return !current.descriptor().version().equals(next.descriptor().version())
        || !current.descriptor().sha256().equals(next.descriptor().sha256());
  }
}
