package io.mainstay.actors.processing.image.png;

import io.mainstay.actors.processing.image.Picture;
import java.util.Arrays;

/**
 * Pictures at another size: each target pixel is the mean of the source area that it covers, parts
 * of pixels by their share. Enlarging repeats pixels by the same rule. Sums are float64 in a fixed
 * order, so the same picture always gives the same bits.
 */
public final class AreaShrink {
  private AreaShrink() {}

  /**
   * The whole picture in its proportions, as large as fits and centred, on white.
   *
   * @param width of the result in pixels, at least 1
   * @param height of the result in pixels, at least 1
   */
  public static Picture letterboxed(Picture picture, int width, int height) {
    double scale = Math.min((double) width / picture.width(), (double) height / picture.height());
    int innerWidth = within(picture.width() * scale, width);
    int innerHeight = within(picture.height() * scale, height);
    Picture inner = resized(picture, innerWidth, innerHeight);
    if (innerWidth == width && innerHeight == height) {
      return inner;
    }
    float[] planes = new float[Picture.CHANNELS * width * height];
    Arrays.fill(planes, 1);
    int left = (width - innerWidth) / 2;
    int top = (height - innerHeight) / 2;
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int y = 0; y < innerHeight; y++) {
        System.arraycopy(
            inner.planes(),
            (channel * innerHeight + y) * innerWidth,
            planes,
            (channel * height + top + y) * width + left,
            innerWidth);
      }
    }
    return new Picture(width, height, planes);
  }

  private static int within(double length, int most) {
    return (int) Math.max(1, Math.min(most, Math.rint(length)));
  }

  /** The picture stretched or squeezed to that size; the same instance if it has it. */
  public static Picture resized(Picture picture, int width, int height) {
    if (picture.width() == width && picture.height() == height) {
      return picture;
    }
    Areas columns = Areas.of(picture.width(), width);
    Areas rows = Areas.of(picture.height(), height);
    float[] planes = new float[Math.multiplyExact(Picture.CHANNELS * width, height)];
    double[] sums = new double[width];
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int y = 0; y < height; y++) {
        Arrays.fill(sums, 0);
        for (int source = rows.first(y); source <= rows.last(y); source++) {
          int at = (channel * picture.height() + source) * picture.width();
          columns.add(picture.planes(), at, rows.share(y, source), sums);
        }
        for (int x = 0; x < width; x++) {
          planes[(channel * height + y) * width + x] =
              (float) (sums[x] / (rows.length() * columns.length()));
        }
      }
    }
    return new Picture(width, height, planes);
  }

  /** Which source pixels each target pixel covers along one side; {@code length} of them. */
  private record Areas(int source, double length) {
    static Areas of(int source, int target) {
      return new Areas(source, (double) source / target);
    }

    int first(int target) {
      return Math.min(source - 1, (int) (target * length));
    }

    int last(int target) {
      return Math.max(
          first(target), Math.min(source - 1, (int) Math.ceil((target + 1) * length) - 1));
    }

    /** How much of that source pixel lies within, 0 to 1. */
    double share(int target, int pixel) {
      return Math.max(
          0, Math.min(pixel + 1, (target + 1) * length) - Math.max(pixel, target * length));
    }

    void add(float[] values, int at, double weight, double[] sums) {
      for (int target = 0; target < sums.length; target++) {
        double sum = 0;
        for (int pixel = first(target); pixel <= last(target); pixel++) {
          sum += values[at + pixel] * share(target, pixel);
        }
        sums[target] += weight * sum;
      }
    }
  }
}
