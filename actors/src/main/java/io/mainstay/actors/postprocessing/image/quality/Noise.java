package io.mainstay.actors.postprocessing.image.quality;

/**
 * Immerkaer's estimate: the mask {1 -2 1, -2 4 -2, 1 -2 1} cancels planes and straight
 * axis-parallel edges; its mean absolute answer to white noise of deviation s is 6 s sqrt(2 / pi).
 */
final class Noise {
  private static final int BINS = 1024;
  private static final double GRADIENT_MAX = 8;

  /** Sobel answer of a slope of 0.05 a pixel. */
  private static final double EDGE = 0.4;

  private static final double EDGES_AT_LEAST = 0.1;
  private static final double EDGES_AT_MOST = 0.5;

  private Noise() {}

  static double of(Luma luma) {
    int pixels = (luma.width() - 2) * (luma.height() - 2);
    if (luma.width() < 3 || luma.height() < 3) {
      return 0;
    }
    int[] histogram = new int[BINS];
    for (int y = 1; y < luma.height() - 1; y++) {
      for (int x = 1; x < luma.width() - 1; x++) {
        histogram[bin(gradient(luma, x, y))]++;
      }
    }
    int limit = limit(histogram, pixels);
    double sum = 0;
    long counted = 0;
    for (int y = 1; y < luma.height() - 1; y++) {
      for (int x = 1; x < luma.width() - 1; x++) {
        if (bin(gradient(luma, x, y)) <= limit) {
          sum += Math.abs(answer(luma, x, y));
          counted++;
        }
      }
    }
    return Math.sqrt(Math.PI / 2) * sum / (6 * Math.max(1, counted));
  }

  /** The highest bin that is no edge: all below 0.1 a pixel, but 50 to 90 % of the picture. */
  private static int limit(int[] histogram, int pixels) {
    long below = 0;
    int limit = 0;
    for (int bin = 0; bin < BINS; bin++) {
      below += histogram[bin];
      boolean enough = below >= pixels * (1 - EDGES_AT_MOST);
      boolean tooMany = below > pixels * (1 - EDGES_AT_LEAST);
      limit = bin;
      if (enough && (tooMany || bin + 1 > bin(EDGE))) {
        break;
      }
    }
    return limit;
  }

  private static int bin(double gradient) {
    return (int) Math.min(BINS - 1.0, gradient / GRADIENT_MAX * BINS);
  }

  /** Sobel's, of both directions; a slope of g a pixel gives 8 g at most. */
  private static double gradient(Luma luma, int x, int y) {
    double across =
        luma.at(x + 1, y - 1)
            + 2 * luma.at(x + 1, y)
            + luma.at(x + 1, y + 1)
            - luma.at(x - 1, y - 1)
            - 2 * luma.at(x - 1, y)
            - luma.at(x - 1, y + 1);
    double down =
        luma.at(x - 1, y + 1)
            + 2 * luma.at(x, y + 1)
            + luma.at(x + 1, y + 1)
            - luma.at(x - 1, y - 1)
            - 2 * luma.at(x, y - 1)
            - luma.at(x + 1, y - 1);
    return Math.abs(across) + Math.abs(down);
  }

  private static double answer(Luma luma, int x, int y) {
    return luma.at(x - 1, y - 1)
        + luma.at(x + 1, y - 1)
        + luma.at(x - 1, y + 1)
        + luma.at(x + 1, y + 1)
        + 4 * luma.at(x, y)
        - 2 * (luma.at(x, y - 1) + luma.at(x, y + 1) + luma.at(x - 1, y) + luma.at(x + 1, y));
  }
}
