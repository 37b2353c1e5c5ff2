package io.mainstay.actors.processing.image.noise;

/**
 * Where a scheduler's noise comes from. Asked twice for the same draw it gives the same numbers.
 */
@FunctionalInterface
public interface StepNoise {
  /** The draw that a picture's first latents are made of. */
  int INITIAL = 0;

  /**
   * Standard normal numbers.
   *
   * @param draw {@link #INITIAL}, or 1 + the step that the noise is added in
   * @param count of numbers, for all pictures of the batch one after another
   */
  float[] draw(int draw, int count);

  /** The draw that belongs to a step; steps count from 0. */
  static int ofStep(int step) {
    return step + 1;
  }
}
