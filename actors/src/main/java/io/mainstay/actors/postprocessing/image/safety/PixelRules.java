package io.mainstay.actors.postprocessing.image.safety;

import io.mainstay.actors.processing.image.Picture;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules over the pixels of a picture, for where no classifier is at hand. One class is known: a
 * drawn warning sign, upright, that is a yellow triangle with a black border and a black mark in
 * it. A rule looks at drawings; it is no match for a classifier on photographs.
 */
public final class PixelRules {
  /** The class that these rules know. */
  public static final String WARNING_SIGN = "warning_sign";

  // Smallest sign, as a share of all pixels and in pixels: below it a shape cannot be told.
  private static final double AREA_MIN = 0.003;
  private static final int PIXELS_MIN = 24;

  private PixelRules() {}

  /** Whether the rules know everything that a policy forbids. */
  public static boolean cover(SafetyPolicy policy) {
    return !policy.forbiddenClasses().isEmpty()
        && policy.forbiddenClasses().stream().allMatch(WARNING_SIGN::equals);
  }

  /** The known classes that a picture shows. */
  public static List<String> found(Picture picture) {
    PixelColours colours = new PixelColours(picture);
    boolean[] visited = new boolean[picture.width() * picture.height()];
    int least = Math.max(PIXELS_MIN, (int) (AREA_MIN * visited.length));
    for (int pixel = 0; pixel < visited.length; pixel++) {
      if (!visited[pixel] && colours.yellow(pixel)) {
        YellowPatch patch = YellowPatch.from(pixel, colours, visited);
        if (patch.pixels() >= least && patch.isWarningSign()) {
          return List.of(WARNING_SIGN);
        }
      }
    }
    return List.of();
  }

  /** The findings as a check reports them. */
  static List<String> flags(Picture picture, SafetyPolicy policy) {
    List<String> flags = new ArrayList<>();
    for (String found : found(picture)) {
      if (policy.forbids(found)) {
        flags.add("pixels:" + found);
      }
    }
    return flags;
  }
}
