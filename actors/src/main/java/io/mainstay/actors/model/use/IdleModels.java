package io.mainstay.actors.model.use;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Which loaded models nobody has used for long enough to unload them. Pure.
 *
 * @param use with every loaded model's clock started: one that was never used counts from the first
 *     look that saw it loaded
 * @param due loaded models to unload, in the order given
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "coordination",
    fields = "cleanup-schedule",
    note = "the garbage that counts is models that nobody uses")
public record IdleModels(ModelUse use, List<String> due) {
  public IdleModels {
    due = List.copyOf(due);
  }

  /**
   * One look.
   *
   * @param loaded ids of the models that may be unloaded when they are idle
   * @param after unused for so long is idle
   */
  public static IdleModels look(
      ModelUse use, Collection<String> loaded, Duration after, Instant now) {
    ModelUse seen = use;
    List<String> due = new ArrayList<>();
    for (String modelId : loaded) {
      if (seen.lastUsed(modelId).isEmpty()) {
        seen = seen.used(modelId, now);
      } else if (!seen.isHeld(modelId) && !seen.lastUsed(modelId).get().plus(after).isAfter(now)) {
        due.add(modelId);
      }
    }
    return new IdleModels(seen, due);
  }
}
