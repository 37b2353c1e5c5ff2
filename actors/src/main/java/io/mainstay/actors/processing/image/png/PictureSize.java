package io.mainstay.actors.processing.image.png;

/**
 * Size of a picture.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
public record PictureSize(int width, int height) {
  /** Width times height. */
  public long pixels() {
    return (long) width * height;
  }
}
