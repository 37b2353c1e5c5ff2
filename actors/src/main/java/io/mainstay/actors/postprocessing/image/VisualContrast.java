package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.processing.image.Picture;
import java.util.Arrays;

/**
 * Visual quality of a picture, 0 to 10: whether there is anything to see. It is {@code 10 min(1,
 * contrast / 0.2)}, where contrast is the distance from the 1st to the 99th percentile of a
 * channel, of the channel where it is largest. A picture of one colour has 0; a shape that covers
 * one pixel in fifty and differs by a fifth of the range in some channel has 10.
 */
final class VisualContrast {
  private static final double CLEAR = 0.2;
  private static final double TAIL = 0.01;

  private VisualContrast() {}

  static double score(Picture picture) {
    int plane = picture.width() * picture.height();
    double contrast = 0;
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      float[] sorted = Arrays.copyOfRange(picture.planes(), channel * plane, (channel + 1) * plane);
      Arrays.sort(sorted);
      int tail = (int) (TAIL * (plane - 1));
      contrast = Math.max(contrast, sorted[plane - 1 - tail] - sorted[tail]);
    }
    return 10 * Math.min(1, contrast / CLEAR);
  }
}
