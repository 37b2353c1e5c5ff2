package io.mainstay.actors.model;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;

/**
 * What a model is good for, and what may stand in for it.
 *
 * @param capabilities such as {@code text-to-image}
 * @param precision of its weights, such as {@code fp32}; empty if the manifest does not say
 * @param fallbacks as the manifest orders them
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "capabilities",
    fields = "types")
public record ModelTraits(List<String> capabilities, String precision, List<Fallback> fallbacks) {
  public ModelTraits {
    capabilities = List.copyOf(capabilities);
    fallbacks = List.copyOf(fallbacks);
  }

  /** A manifest that says nothing of it. */
  public static ModelTraits none() {
    return new ModelTraits(List.of(), "", List.of());
  }
}
