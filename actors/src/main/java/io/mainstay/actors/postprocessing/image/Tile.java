package io.mainstay.actors.postprocessing.image;

import java.util.ArrayList;
import java.util.List;

/**
 * A rectangle of a picture that goes through an upscaler: the pixels that it is responsible for,
 * and around them those that the upscaler sees besides.
 *
 * @param x left of the own pixels
 * @param y top of the own pixels
 * @param own size of the own pixels
 * @param seenX left of the seen pixels, at most {@code x}
 * @param seenY top of the seen pixels, at most {@code y}
 * @param seen size of the seen pixels
 */
record Tile(int x, int y, Size own, int seenX, int seenY, Size seen) {
  /**
   * Divides a picture, as a function of its size and the bounds alone. A picture that fits into one
   * request is one tile.
   */
  static List<Tile> of(Size picture, int scale, PictureLimits limits) {
    long pixelsMax = limits.requestBytesMax() / bytesPerPixel(scale);
    if ((long) picture.width() * picture.height() <= pixelsMax) {
      return List.of(new Tile(0, 0, picture, 0, 0, picture));
    }
    int margin = limits.tileMarginPixels();
    int side = Math.max(1, (int) Math.sqrt((double) pixelsMax) - 2 * margin);
    List<Tile> tiles = new ArrayList<>();
    for (int y = 0; y < picture.height(); y += side) {
      for (int x = 0; x < picture.width(); x += side) {
        Size own =
            new Size(Math.min(side, picture.width() - x), Math.min(side, picture.height() - y));
        int seenX = Math.max(0, x - margin);
        int seenY = Math.max(0, y - margin);
        Size seen =
            new Size(
                Math.min(picture.width(), x + own.width() + margin) - seenX,
                Math.min(picture.height(), y + own.height() + margin) - seenY);
        tiles.add(new Tile(x, y, own, seenX, seenY, seen));
      }
    }
    return tiles;
  }

  /** Bytes in and out for one pixel of the input. */
  static long bytesPerPixel(int scale) {
    return new Size(1, 1).bytes() * (1 + (long) scale * scale);
  }

  /** True when nothing of the picture is left out. */
  boolean isWhole(Size picture) {
    return own.equals(picture);
  }
}
