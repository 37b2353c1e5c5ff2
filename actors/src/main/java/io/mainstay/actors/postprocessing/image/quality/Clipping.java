package io.mainstay.actors.postprocessing.image.quality;

import io.mainstay.actors.processing.image.Picture;

/**
 * The share of samples that were cut off: those at 0 or 1, times the share of the ends of such
 * plateaus where a slope runs into the bound.
 *
 * <p>Ends are looked for along rows and columns of each channel. Going out from the plateau, an end
 * is a cut slope if the next three differences d1, d2, d3 lead away from the bound, gently (d2 at
 * most 0.1) and steadily (d1 and d3 at most 1.5 d2). The edge of a flat colour is one or two large
 * steps; a blurred one begins gently but grows, so neither counts.
 */
final class Clipping {
  private static final float BOUND = 0.5f / 255;
  private static final float STEP_MIN = 1f / 255;
  private static final float STEP_MAX = 0.1f;
  private static final float STEADY = 1.5f;
  private static final int REACH = 4;

  private long saturated;
  private long ends;
  private long cutSlopes;

  private Clipping() {}

  static double of(Picture picture) {
    Clipping clipping = new Clipping();
    int width = picture.width();
    int height = picture.height();
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      int plane = channel * width * height;
      for (int y = 0; y < height; y++) {
        clipping.line(picture.planes(), plane + y * width, 1, width);
      }
      for (int x = 0; x < width; x++) {
        clipping.line(picture.planes(), plane + x, width, height);
      }
    }
    if (clipping.ends == 0) {
      return 0;
    }
    // Each sample is in a row and in a column.
    double share = clipping.saturated / 2.0 / picture.planes().length;
    return share * clipping.cutSlopes / clipping.ends;
  }

  private void line(float[] samples, int start, int stride, int length) {
    for (int i = 0; i < length; i++) {
      float sample = samples[start + i * stride];
      if (sample > BOUND && sample < 1 - BOUND) {
        continue;
      }
      saturated++;
      end(samples, start + i * stride, stride, length - 1 - i);
      end(samples, start + i * stride, -stride, i);
    }
  }

  /** Looks outwards from a saturated sample, with that many samples left on the line. */
  private void end(float[] samples, int at, int stride, int left) {
    if (left < REACH - 1) {
      return;
    }
    float sign = samples[at] > 0.5f ? -1 : 1;
    float first = sign * (samples[at + stride] - samples[at]);
    if (first < BOUND) {
      return;
    }
    ends++;
    float second = sign * (samples[at + 2 * stride] - samples[at + stride]);
    float third = sign * (samples[at + 3 * stride] - samples[at + 2 * stride]);
    boolean gentle = second >= STEP_MIN && second <= STEP_MAX;
    if (gentle && third > 0 && first <= STEADY * second && third <= STEADY * second) {
      cutSlopes++;
    }
  }
}
