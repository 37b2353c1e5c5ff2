package io.mainstay.actors.postprocessing.image.safety;

import io.mainstay.actors.processing.image.Picture;

/** The two colours that the rules tell apart. Bounds are shares of full brightness. */
final class PixelColours {
  private final Picture picture;
  private final int plane;

  PixelColours(Picture picture) {
    this.picture = picture;
    this.plane = picture.width() * picture.height();
  }

  int width() {
    return picture.width();
  }

  int height() {
    return picture.height();
  }

  /** Bright, with little blue, and too green for an orange. */
  boolean yellow(int pixel) {
    float red = picture.planes()[pixel];
    float green = picture.planes()[plane + pixel];
    float blue = picture.planes()[2 * plane + pixel];
    return red >= 0.6f && green >= 0.68f * red && green <= 1.2f * red && blue <= 0.55f * green;
  }

  /** Black, or near it. */
  boolean dark(int pixel) {
    return Math.max(
            picture.planes()[pixel],
            Math.max(picture.planes()[plane + pixel], picture.planes()[2 * plane + pixel]))
        <= 0.4f;
  }
}
