package io.mainstay.actors.processing.image.latents;

/**
 * What another incarnation of the node needs to go on with a batch of pictures. Noise is a function
 * of seed, step and element, so no random state is among it.
 *
 * @param fingerprint of what computed it: pictures go on under the same one only
 * @param scheduler that the step belongs to, such as {@code ddim}
 * @param step that comes next, from 0; equal to the number of steps when all are done
 * @param latents before that step
 */
public record LatentCheckpoint(String fingerprint, String scheduler, int step, Latents latents) {
  public LatentCheckpoint {
    if (step < 0) {
      throw new IllegalArgumentException("A checkpoint of step " + step + "; at least 0");
    }
  }
}
