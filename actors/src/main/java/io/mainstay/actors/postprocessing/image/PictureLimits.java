package io.mainstay.actors.postprocessing.image;

/**
 * Bounds of the requests that a pipeline makes.
 *
 * @param requestBytesMax most bytes of the tensors in and out of one request; they share a segment
 *     of the worker's arena. Larger pictures go through an upscaler in tiles
 * @param tileMarginPixels pixels around a tile that an upscaler sees and that are cut off again: as
 *     far as it looks around a pixel
 */
public record PictureLimits(long requestBytesMax, int tileMarginPixels) {
  public PictureLimits {
    if (requestBytesMax < 1 << 20) {
      throw new IllegalArgumentException(
          "mainstay.processing.pictures.request-max is " + requestBytesMax + "; at least 1 MiB");
    }
    if (tileMarginPixels < 3 || tileMarginPixels > 64) {
      throw new IllegalArgumentException(
          "mainstay.processing.pictures.tile-margin is "
              + tileMarginPixels
              + " pixels; allowed are 3 to 64");
    }
    long pixels = requestBytesMax / Tile.bytesPerPixel(4);
    if (pixels < 16L * tileMarginPixels * tileMarginPixels) {
      throw new IllegalArgumentException(
          "mainstay.processing.pictures.request-max is "
              + requestBytesMax
              + ", which holds tiles of "
              + pixels
              + " pixels: too few for a tile-margin of "
              + tileMarginPixels
              + "; raise it or make the margin smaller");
    }
  }
}
