package io.mainstay.actors.model.cache;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which models' files stay in memory: those used last, as many as the budget has room for. Pure and
 * immutable.
 *
 * @param budgetBytes for all together; 0 keeps nothing
 * @param kept bytes by model, the one used longest ago first
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "ram_cache",
    fields = "eviction")
record CachePlan(long budgetBytes, Map<String, Long> kept) {
  CachePlan {
    kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
  }

  /** Nothing is kept yet. */
  static CachePlan empty(long budgetBytes) {
    return new CachePlan(budgetBytes, Map.of());
  }

  /**
   * What to do for a model.
   *
   * @param admitted false if it is larger than the whole budget; then nothing else changes
   * @param evicted models to let go first, the one used longest ago first
   */
  record Decision(CachePlan next, boolean admitted, List<String> evicted) {
    Decision {
      evicted = List.copyOf(evicted);
    }
  }

  /** The model was used; one that is kept with another size is kept anew. */
  Decision admit(String modelId, long bytes) {
    if (bytes > budgetBytes) {
      return new Decision(this, false, List.of());
    }
    Map<String, Long> next = new LinkedHashMap<>(kept);
    List<String> evicted = new ArrayList<>();
    next.remove(modelId);
    long total = next.values().stream().mapToLong(Long::longValue).sum();
    for (Map.Entry<String, Long> oldest : kept.entrySet()) {
      if (total + bytes <= budgetBytes) {
        break;
      }
      if (next.remove(oldest.getKey()) != null) {
        evicted.add(oldest.getKey());
        total -= oldest.getValue();
      }
    }
    next.put(modelId, bytes);
    return new Decision(new CachePlan(budgetBytes, next), true, evicted);
  }

  /** The model was used; nothing changes if it is not kept. */
  CachePlan touch(String modelId) {
    Long bytes = kept.get(modelId);
    return bytes == null ? this : admit(modelId, bytes).next();
  }

  /** The same with another budget: what does not fit any more goes, used longest ago first. */
  Decision resized(long budget) {
    Map<String, Long> next = new LinkedHashMap<>(kept);
    List<String> evicted = new ArrayList<>();
    long total = next.values().stream().mapToLong(Long::longValue).sum();
    for (Map.Entry<String, Long> oldest : kept.entrySet()) {
      if (total <= budget) {
        break;
      }
      next.remove(oldest.getKey());
      evicted.add(oldest.getKey());
      total -= oldest.getValue();
    }
    return new Decision(new CachePlan(budget, next), true, evicted);
  }

  /** It is kept no more. */
  CachePlan without(String modelId) {
    Map<String, Long> next = new LinkedHashMap<>(kept);
    next.remove(modelId);
    return new CachePlan(budgetBytes, next);
  }
}
