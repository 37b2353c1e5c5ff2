package io.mainstay.actors.inference;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The last workers of a device that are known to be gone, while its seat may still name one of
 * them. Their epochs say nothing about their order: a standby may be older than the worker that it
 * replaced. Not thread-safe.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "requests",
    fields = "errors")
final class LostWorkers {
  private static final int REMEMBERED = 16;

  private final Set<Long> epochs = new LinkedHashSet<>();

  void add(long epoch) {
    epochs.add(epoch);
    if (epochs.size() > REMEMBERED) {
      epochs.remove(epochs.iterator().next());
    }
  }

  boolean contains(long epoch) {
    return epochs.contains(epoch);
  }
}
