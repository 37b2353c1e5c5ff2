package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.processing.image.Picture;

/**
 * How well a picture was enlarged, 0 to 10, without knowing the true large picture:
 *
 * <pre>
 * effectiveness = fidelity * clamp(5 + 5 log2(G(enlarged) / G(bilinear)), 0, 10)
 * fidelity      = clamp((PSNR(shrunk, original) - 20 dB) / 20 dB, 0, 1)
 * </pre>
 *
 * G is the mean squared difference of neighbouring pixels, {@code bilinear} the original enlarged
 * by bilinear interpolation, {@code shrunk} the enlarged picture averaged back to the original's
 * size. So 5 means as sharp as bilinear interpolation and true to the original, 10 twice the
 * gradient energy; a picture that shows something else scores 0. A picture without any gradient
 * scores 5 times its fidelity.
 */
public final class EnhancementEffectiveness {
  private static final double PSNR_FLOOR_DB = 20;
  private static final double PSNR_SPAN_DB = 20;

  private EnhancementEffectiveness() {}

  /**
   * The score.
   *
   * @throws IllegalArgumentException if the enlarged size is no whole multiple of the original's
   */
  public static double score(Picture original, Picture enlarged) {
    int scale = enlarged.width() / original.width();
    if (scale < 1
        || original.width() * scale != enlarged.width()
        || original.height() * scale != enlarged.height()) {
      throw new IllegalArgumentException(
          "%d x %d is no enlargement of %d x %d"
              .formatted(enlarged.width(), enlarged.height(), original.width(), original.height()));
    }
    double bilinear = gradientOfBilinear(original, scale);
    double gradient = gradient(enlarged);
    double gain =
        bilinear == 0
            ? (gradient == 0 ? 5 : 10)
            : clamp(5 + 5 * Math.log(gradient / bilinear) / Math.log(2), 0, 10);
    return fidelity(original, enlarged, scale) * gain;
  }

  private static double fidelity(Picture original, Picture enlarged, int scale) {
    double squares = 0;
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int y = 0; y < original.height(); y++) {
        for (int x = 0; x < original.width(); x++) {
          double sum = 0;
          for (int dy = 0; dy < scale; dy++) {
            int row = (channel * enlarged.height() + y * scale + dy) * enlarged.width();
            for (int dx = 0; dx < scale; dx++) {
              sum += enlarged.planes()[row + x * scale + dx];
            }
          }
          double difference = sum / (scale * scale) - value(original, channel, x, y);
          squares += difference * difference;
        }
      }
    }
    double psnr = -10 * Math.log10(squares / original.planes().length);
    return clamp((psnr - PSNR_FLOOR_DB) / PSNR_SPAN_DB, 0, 1);
  }

  private static double gradient(Picture picture) {
    double squares = 0;
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          double here = value(picture, channel, x, y);
          double right = value(picture, channel, Math.min(x + 1, picture.width() - 1), y) - here;
          double below = value(picture, channel, x, Math.min(y + 1, picture.height() - 1)) - here;
          squares += right * right + below * below;
        }
      }
    }
    return squares / picture.planes().length;
  }

  private static double gradientOfBilinear(Picture original, int scale) {
    int width = original.width() * scale;
    int height = original.height() * scale;
    float[] above = new float[width];
    float[] row = new float[width];
    double squares = 0;
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int y = 0; y < height; y++) {
        float[] swap = above;
        above = row;
        row = swap;
        bilinearRow(original, channel, scale, y, row);
        for (int x = 0; x < width; x++) {
          double right = x + 1 < width ? row[x + 1] - row[x] : 0;
          double below = y > 0 ? row[x] - above[x] : 0;
          squares += right * right + below * below;
        }
      }
    }
    return squares / ((double) Picture.CHANNELS * width * height);
  }

  private static void bilinearRow(Picture original, int channel, int scale, int y, float[] row) {
    double sourceY = (y + 0.5) / scale - 0.5;
    int top = (int) Math.floor(sourceY);
    double down = sourceY - top;
    for (int x = 0; x < row.length; x++) {
      double sourceX = (x + 0.5) / scale - 0.5;
      int left = (int) Math.floor(sourceX);
      double across = sourceX - left;
      double upper =
          value(original, channel, left, top) * (1 - across)
              + value(original, channel, left + 1, top) * across;
      double lower =
          value(original, channel, left, top + 1) * (1 - across)
              + value(original, channel, left + 1, top + 1) * across;
      row[x] = (float) (upper * (1 - down) + lower * down);
    }
  }

  /** The value there, or of the nearest pixel at the edge. */
  private static double value(Picture picture, int channel, int x, int y) {
    int column = Math.max(0, Math.min(x, picture.width() - 1));
    int line = Math.max(0, Math.min(y, picture.height() - 1));
    return picture.planes()[(channel * picture.height() + line) * picture.width() + column];
  }

  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }
}
