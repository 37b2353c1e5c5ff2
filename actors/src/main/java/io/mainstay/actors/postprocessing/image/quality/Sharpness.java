package io.mainstay.actors.postprocessing.image.quality;

/** Variance of the Laplacian over the mean squared gradient; 0 where there is no gradient. */
final class Sharpness {
  /** Mean squared gradient of a picture that nobody sees anything on: steps of 1/255 at a tenth. */
  private static final double BLANK = 1e-5;

  private Sharpness() {}

  static double of(Luma luma) {
    double laplacians = 0;
    double squares = 0;
    double gradients = 0;
    long count = 0;
    for (int y = 1; y < luma.height() - 1; y++) {
      for (int x = 1; x < luma.width() - 1; x++) {
        double centre = luma.at(x, y);
        double right = luma.at(x + 1, y) - centre;
        double below = luma.at(x, y + 1) - centre;
        double laplacian = right + below + luma.at(x - 1, y) + luma.at(x, y - 1) - 2 * centre;
        laplacians += laplacian;
        squares += laplacian * laplacian;
        gradients += right * right + below * below;
        count++;
      }
    }
    if (count == 0 || gradients / count < BLANK) {
      return 0;
    }
    double mean = laplacians / count;
    return (squares / count - mean * mean) / (gradients / count);
  }
}
