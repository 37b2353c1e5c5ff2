package io.mainstay.actors.model;

import java.util.List;

/**
 * Signature of an upscaling model: for each scale a component {@code x<scale>} with the input
 * {@code image} (float32 [b,3,h,w], 0..1) and the output {@code upscaled} (float32
 * [b,3,scale*h,scale*w]).
 *
 * @param scales ascending
 */
public record UpscaleSignature(List<Integer> scales) implements ModelSignature {
  public UpscaleSignature {
    scales = scales.stream().sorted().toList();
  }
}
