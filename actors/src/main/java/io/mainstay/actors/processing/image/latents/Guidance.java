package io.mainstay.actors.processing.image.latents;

/**
 * Classifier-free guidance: the answer without the prompt, moved towards and past the answer with
 * it. After Ho and Salimans, "Classifier-Free Diffusion Guidance", 2022, in the form that counts
 * scale 1 as no guidance.
 *
 * @param scale finite; 1 is the answer with the prompt alone
 */
public record Guidance(double scale) {
  public Guidance {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("guidance is " + scale + "; a finite number is needed");
    }
  }

  /** Whether the answer without the prompt is needed at all. */
  public boolean isActive() {
    return scale != 1;
  }

  /**
   * {@code without + scale * (with - without)}, in float64 and then rounded.
   *
   * @param both answers without the prompt, then as many with it, as {@link Latents#twice} asks
   */
  public Latents combine(Latents both) {
    if (both.batch() % 2 != 0) {
      throw new IllegalArgumentException(
          "Guidance needs answers without and with the prompt; a batch of "
              + both.batch()
              + " cannot be halved");
    }
    int pictures = both.batch() / 2;
    float[] values = both.values();
    int half = values.length / 2;
    float[] combined = new float[half];
    for (int i = 0; i < half; i++) {
      double without = values[i];
      combined[i] = (float) (without + scale * (values[half + i] - without));
    }
    return new Latents(pictures, both.channels(), both.height(), both.width(), combined);
  }
}
