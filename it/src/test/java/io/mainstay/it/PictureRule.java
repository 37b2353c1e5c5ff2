package io.mainstay.it;

import io.mainstay.it.Prompts.Scene;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * What a picture shows, told from its pixels alone: the background is the colour of most of the
 * border, the shape's colour that of most pixels that differ from it, and the shape is told by how
 * much of its bounding box it fills (circle 0.79, square 1, triangle 0.5).
 */
final class PictureRule {
  private static final Map<String, Color> INKS =
      Map.of(
          "red", new Color(215, 40, 40),
          "green", new Color(40, 165, 70),
          "blue", new Color(40, 80, 215),
          "yellow", new Color(245, 215, 50),
          "purple", new Color(145, 55, 185),
          "orange", new Color(245, 135, 25),
          "white", new Color(250, 250, 250),
          "black", new Color(15, 15, 18),
          "grey", new Color(160, 160, 165));

  private static final double CIRCLE_FILL_MIN = 0.64;
  private static final double SQUARE_FILL_MIN = 0.89;

  private PictureRule() {}

  static Color ink(String colour) {
    return INKS.get(colour);
  }

  /** The one scene that the picture is nearest to. */
  static Scene seen(BufferedImage picture) {
    String background = background(picture);
    Map<String, Integer> inks = new HashMap<>();
    int left = picture.getWidth();
    int right = -1;
    int top = picture.getHeight();
    int bottom = -1;
    int filled = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if (isInk(picture, x, y, background)) {
          inks.merge(nearest(picture.getRGB(x, y)), 1, Integer::sum);
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
          filled++;
        }
      }
    }
    if (filled == 0) {
      return new Scene("none", "none", background);
    }
    inks.remove(background);
    double fill = (double) filled / ((right - left + 1) * (bottom - top + 1));
    return new Scene(most(inks), shape(fill), background);
  }

  private static String shape(double fill) {
    if (fill >= SQUARE_FILL_MIN) {
      return "square";
    }
    return fill >= CIRCLE_FILL_MIN ? "circle" : "triangle";
  }

  private static String background(BufferedImage picture) {
    Map<String, Integer> border = new HashMap<>();
    int width = picture.getWidth();
    int height = picture.getHeight();
    for (int x = 0; x < width; x++) {
      border.merge(nearest(picture.getRGB(x, 0)), 1, Integer::sum);
      border.merge(nearest(picture.getRGB(x, height - 1)), 1, Integer::sum);
    }
    for (int y = 0; y < height; y++) {
      border.merge(nearest(picture.getRGB(0, y)), 1, Integer::sum);
      border.merge(nearest(picture.getRGB(width - 1, y)), 1, Integer::sum);
    }
    return most(border);
  }

  /** Another colour than the background, and not a lone speck: its four neighbours are too. */
  private static boolean isInk(BufferedImage picture, int x, int y, String background) {
    if (x == 0 || y == 0 || x == picture.getWidth() - 1 || y == picture.getHeight() - 1) {
      return false;
    }
    int others = 0;
    others += differs(picture, x - 1, y, background) ? 1 : 0;
    others += differs(picture, x + 1, y, background) ? 1 : 0;
    others += differs(picture, x, y - 1, background) ? 1 : 0;
    others += differs(picture, x, y + 1, background) ? 1 : 0;
    return differs(picture, x, y, background) && others >= 3;
  }

  private static boolean differs(BufferedImage picture, int x, int y, String background) {
    return distance(picture.getRGB(x, y), INKS.get(background)) > 75 * 75;
  }

  private static String most(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("none");
  }

  private static String nearest(int rgb) {
    return INKS.entrySet().stream()
        .min(Comparator.comparingLong(ink -> distance(rgb, ink.getValue())))
        .orElseThrow()
        .getKey();
  }

  private static long distance(int rgb, Color ink) {
    Color pixel = new Color(rgb);
    long red = pixel.getRed() - ink.getRed();
    long green = pixel.getGreen() - ink.getGreen();
    long blue = pixel.getBlue() - ink.getBlue();
    return red * red + green * green + blue * blue;
  }
}
