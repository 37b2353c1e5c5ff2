package io.mainstay.actors.postprocessing.image.quality;

import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.image.noise.CounterNoise;

/** Pictures of known quality. */
final class Scenes {
  private static final double[][] COLOURS = {
    {1, 0, 0}, {0, 0, 1}, {0, 0.6, 0}, {1, 1, 0}, {1, 1, 1}, {0, 0, 0}, {0.5, 0, 0.5}, {1, 0.5, 0}
  };
  private static final int SAMPLES = 4;

  private Scenes() {}

  /** Colour of a pixel, channel 0 to 2. */
  interface Shade {
    double at(int x, int y, int channel);
  }

  static Picture drawn(int width, int height, Shade shade) {
    float[] planes = new float[3 * width * height];
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          planes[(channel * height + y) * width + x] =
              (float) Math.max(0, Math.min(1, shade.at(x, y, channel)));
        }
      }
    }
    return new Picture(width, height, planes);
  }

  /** A circle, square or triangle, antialiased, in one flat colour on another. */
  static Picture drawing(int number, int side) {
    double[] front = COLOURS[number % COLOURS.length];
    double[] back = COLOURS[(number + 1 + number / COLOURS.length) % COLOURS.length];
    double radius = side * (0.18 + 0.02 * (number % 7));
    double centreX = side * (0.4 + 0.03 * (number % 6));
    double centreY = side * (0.45 + 0.03 * (number % 4));
    return drawn(
        side,
        side,
        (x, y, c) -> {
          int inside = 0;
          for (int i = 0; i < SAMPLES * SAMPLES; i++) {
            double dx = x + (i % SAMPLES + 0.5) / SAMPLES - centreX;
            double dy = y + (i / SAMPLES + 0.5) / SAMPLES - centreY;
            boolean within =
                switch (number % 3) {
                  case 0 -> dx * dx + dy * dy < radius * radius;
                  case 1 -> Math.abs(dx) < radius && Math.abs(dy) < radius;
                  default -> dy < radius * 0.7 && 1.7 * Math.abs(dx) < dy + radius;
                };
            inside += within ? 1 : 0;
          }
          double share = inside / (double) (SAMPLES * SAMPLES);
          return share * front[c] + (1 - share) * back[c];
        });
  }

  /** Smooth light over dark bars, exposed by a factor and an offset. */
  static Picture shaded(double factor, double offset) {
    return drawn(
        96,
        96,
        (x, y, c) -> {
          double light = 0.5 + 0.35 * Math.sin(x / 15.0 + c * 0.3) * Math.cos(y / 17.0);
          double scene = x % 24 < 3 ? 0.3 * light + 0.05 : light;
          return scene * factor + offset;
        });
  }

  static Picture noisy(Picture picture, double deviation) {
    float[] noise = new CounterNoise(42).draw(0, picture.planes().length);
    float[] planes = picture.planes().clone();
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) Math.max(0, Math.min(1, planes[i] + deviation * noise[i]));
    }
    return new Picture(picture.width(), picture.height(), planes);
  }

  /** By a Gaussian, edges repeated. */
  static Picture blurred(Picture picture, double deviation) {
    return passed(passed(picture, deviation, 1, 0), deviation, 0, 1);
  }

  private static Picture passed(Picture picture, double deviation, int stepX, int stepY) {
    int width = picture.width();
    int height = picture.height();
    int reach = (int) Math.ceil(4 * deviation);
    return drawn(
        width,
        height,
        (x, y, c) -> {
          double sum = 0;
          double weights = 0;
          for (int d = -reach; d <= reach; d++) {
            double weight = Math.exp(-d * d / (2 * deviation * deviation));
            int atX = Math.max(0, Math.min(width - 1, x + d * stepX));
            int atY = Math.max(0, Math.min(height - 1, y + d * stepY));
            sum += weight * picture.planes()[(c * height + atY) * width + atX];
            weights += weight;
          }
          return sum / weights;
        });
  }
}
