package io.mainstay.actors.model;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.nio.file.Path;
import java.util.List;

/**
 * Signature of a safety model: its component {@code classifier} takes {@code image} (float32
 * [b,3,height,width], 0..1) and gives {@code scores} (float32 [b,classes], probabilities).
 *
 * @param width of what the classifier takes, pixels
 * @param height of what the classifier takes, pixels
 * @param classes in the order of the scores
 * @param policy what may pass, {@code policy.json} beside the model
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "models",
    fields = "discovery")
public record SafetySignature(int width, int height, List<String> classes, Path policy)
    implements ModelSignature {
  public SafetySignature {
    classes = List.copyOf(classes);
  }
}
