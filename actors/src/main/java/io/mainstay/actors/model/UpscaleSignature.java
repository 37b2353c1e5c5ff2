package io.mainstay.actors.model;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;

/**
 * Signature of an upscaling model: for each scale a component {@code x<scale>} with the input
 * {@code image} (float32 [b,3,h,w], 0..1) and the output {@code upscaled} (float32
 * [b,3,scale*h,scale*w]).
 *
 * @param scales ascending
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "models",
    fields = "compatibility")
public record UpscaleSignature(List<Integer> scales) implements ModelSignature {
  public UpscaleSignature {
    scales = scales.stream().sorted().toList();
  }
}
