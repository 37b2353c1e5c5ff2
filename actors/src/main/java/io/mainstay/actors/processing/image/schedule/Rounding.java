package io.mainstay.actors.processing.image.schedule;

/** Float32 vectors by way of float64. */
final class Rounding {
  private Rounding() {}

  static float[] times(float[] values, double factor) {
    float[] product = new float[values.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = (float) (values[i] * factor);
    }
    return product;
  }

  static void requireSameLength(float[] modelOutput, float[] latents) {
    if (modelOutput.length != latents.length) {
      throw new IllegalArgumentException(
          "The model's answer has %d values for %d latents"
              .formatted(modelOutput.length, latents.length));
    }
  }
}
