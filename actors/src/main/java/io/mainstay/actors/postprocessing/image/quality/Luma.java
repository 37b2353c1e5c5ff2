package io.mainstay.actors.postprocessing.image.quality;

import io.mainstay.actors.processing.image.Picture;

/** Luma of a picture by ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue, 0 to 1. */
record Luma(int width, int height, float[] values) {
  static Luma of(Picture picture) {
    int pixels = picture.width() * picture.height();
    float[] planes = picture.planes();
    float[] luma = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      luma[i] =
          (float) (0.299 * planes[i] + 0.587 * planes[pixels + i] + 0.114 * planes[2 * pixels + i]);
    }
    return new Luma(picture.width(), picture.height(), luma);
  }

  float at(int x, int y) {
    return values[y * width + x];
  }
}
