package io.mainstay.actors.model.use;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * References to models, and when each was last used. Pure and immutable. A reference belongs to a
 * holder, who has at most one to each model however often it asks; it ends with the holder.
 *
 * @param held by holder, the names under which it holds models, by model
 * @param lastUsed by model: the last time that somebody asked for it, used it or let it go
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "coordination",
    fields = "usage")
public record ModelUse(Map<String, Map<String, String>> held, Map<String, Instant> lastUsed) {
  public ModelUse {
    held = Collections.unmodifiableMap(new LinkedHashMap<>(held));
    lastUsed = Collections.unmodifiableMap(new LinkedHashMap<>(lastUsed));
  }

  /** Nobody has used anything. */
  public static ModelUse none() {
    return new ModelUse(Map.of(), Map.of());
  }

  /**
   * A holder uses the model from now on.
   *
   * @param holder unique, such as an actor's path
   * @param name for people, such as {@code session 01JD}
   */
  public ModelUse hold(String holder, String modelId, String name, Instant now) {
    Map<String, Map<String, String>> next = new LinkedHashMap<>(held);
    Map<String, String> models = new LinkedHashMap<>(held.getOrDefault(holder, Map.of()));
    models.put(modelId, name);
    next.put(holder, Collections.unmodifiableMap(models));
    return new ModelUse(next, lastUsed).used(modelId, now);
  }

  /** The holder is gone, or needs nothing any more. */
  public ModelUse letGo(String holder, Instant now) {
    Map<String, String> models = held.get(holder);
    if (models == null) {
      return this;
    }
    Map<String, Map<String, String>> next = new LinkedHashMap<>(held);
    next.remove(holder);
    ModelUse after = new ModelUse(next, lastUsed);
    for (String modelId : models.keySet()) {
      after = after.used(modelId, now);
    }
    return after;
  }

  /** Somebody used the model and holds nothing. */
  public ModelUse used(String modelId, Instant now) {
    Map<String, Instant> next = new LinkedHashMap<>(lastUsed);
    next.merge(modelId, now, (before, after) -> before.isAfter(after) ? before : after);
    return new ModelUse(held, next);
  }

  /** Names of the model's holders, in order, each once. */
  public List<String> holders(String modelId) {
    TreeSet<String> names = new TreeSet<>();
    held.values().stream()
        .filter(models -> models.containsKey(modelId))
        .forEach(models -> names.add(models.get(modelId)));
    return new ArrayList<>(names);
  }

  /** References to the model. */
  public int count(String modelId) {
    return (int) held.values().stream().filter(models -> models.containsKey(modelId)).count();
  }

  /** Whether somebody holds the model. */
  public boolean isHeld(String modelId) {
    return count(modelId) > 0;
  }

  /** The last time that is known. */
  public Optional<Instant> lastUsed(String modelId) {
    return Optional.ofNullable(lastUsed.get(modelId));
  }
}
