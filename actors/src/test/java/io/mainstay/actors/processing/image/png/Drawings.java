package io.mainstay.actors.processing.image.png;

import io.mainstay.actors.processing.image.Picture;

/** Pictures for tests. */
final class Drawings {
  private Drawings() {}

  /** Colour of a pixel, channel 0 to 2. */
  interface Shade {
    double at(int x, int y, int channel);
  }

  static Picture drawn(int width, int height, Shade shade) {
    float[] planes = new float[3 * width * height];
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          planes[(channel * height + y) * width + x] = (float) shade.at(x, y, channel);
        }
      }
    }
    return new Picture(width, height, planes);
  }

  /** All three channels differ everywhere, so that none can be taken for another. */
  static Picture gradient(int width, int height) {
    return drawn(
        width, height, (x, y, c) -> Math.round(255.0 * ((x + 3 * y + 7 * c) % 97) / 97) / 255.0);
  }
}
