package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.processing.image.Picture;

/** Width and height in pixels. */
record Size(int width, int height) {
  static Size of(Picture picture) {
    return new Size(picture.width(), picture.height());
  }

  Size times(int scale) {
    return new Size(Math.multiplyExact(width, scale), Math.multiplyExact(height, scale));
  }

  /** Bytes of such a picture as float32. */
  long bytes() {
    return (long) Picture.CHANNELS * width * height * Float.BYTES;
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
