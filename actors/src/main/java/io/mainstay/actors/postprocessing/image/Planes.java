package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.processing.image.Picture;
import java.nio.FloatBuffer;

/** Copies rectangles between planar pictures. */
final class Planes {
  private Planes() {}

  /** What an upscaler sees of a picture for a tile. */
  static Picture cut(Picture picture, Tile tile) {
    if (tile.isWhole(Size.of(picture))) {
      return picture;
    }
    Size seen = tile.seen();
    float[] planes = new float[Picture.CHANNELS * seen.width() * seen.height()];
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int row = 0; row < seen.height(); row++) {
        System.arraycopy(
            picture.planes(),
            (channel * picture.height() + tile.seenY() + row) * picture.width() + tile.seenX(),
            planes,
            (channel * seen.height() + row) * seen.width(),
            seen.width());
      }
    }
    return new Picture(seen.width(), seen.height(), planes);
  }

  /**
   * Puts a tile's own pixels, enlarged, where they belong, clipped to 0..1.
   *
   * @param answer planar floats, position 0 at the tile's first value
   */
  static void paste(FloatBuffer answer, Tile tile, int scale, Size whole, float[] planes) {
    Size from = tile.seen().times(scale);
    Size own = tile.own().times(scale);
    int dx = (tile.x() - tile.seenX()) * scale;
    int dy = (tile.y() - tile.seenY()) * scale;
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int row = 0; row < own.height(); row++) {
        int read = (channel * from.height() + dy + row) * from.width() + dx;
        int write =
            (channel * whole.height() + tile.y() * scale + row) * whole.width() + tile.x() * scale;
        for (int column = 0; column < own.width(); column++) {
          planes[write + column] = Math.max(0, Math.min(1, answer.get(read + column)));
        }
      }
    }
  }
}
