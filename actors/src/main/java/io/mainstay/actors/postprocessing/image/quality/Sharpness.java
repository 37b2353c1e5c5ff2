package io.mainstay.actors.postprocessing.image.quality;

import io.mainstay.actors.processing.image.Picture;

/**
 * Variance of the Laplacian over the mean squared gradient, each summed over the three channels: a
 * drawing whose colours are equally bright has edges too. 0 where there is no gradient.
 */
final class Sharpness {
  /** Mean squared gradient of a picture that nobody sees anything on: steps of 1/255 at a fifth. */
  private static final double BLANK = 1e-5;

  private Sharpness() {}

  static double of(Picture picture) {
    int width = picture.width();
    int height = picture.height();
    long count = (long) (width - 2) * (height - 2);
    if (width < 3 || height < 3) {
      return 0;
    }
    double variances = 0;
    double gradients = 0;
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      double laplacians = 0;
      double squares = 0;
      for (int y = 1; y < height - 1; y++) {
        int row = (channel * height + y) * width;
        for (int at = row + 1; at < row + width - 1; at++) {
          float[] samples = picture.planes();
          double right = samples[at + 1] - samples[at];
          double below = samples[at + width] - samples[at];
          double left = samples[at - 1] - samples[at];
          double above = samples[at - width] - samples[at];
          double laplacian = right + below + left + above;
          laplacians += laplacian;
          squares += laplacian * laplacian;
          gradients += right * right + below * below;
        }
      }
      double mean = laplacians / count;
      variances += squares / count - mean * mean;
    }
    double gradient = gradients / count;
    return gradient < Picture.CHANNELS * BLANK ? 0 : variances / gradient;
  }
}
