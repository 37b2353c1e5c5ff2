package io.mainstay.actors.postprocessing.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.postprocessing.image.safety.Drawing;
import io.mainstay.actors.processing.image.Picture;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class EnhancementEffectivenessTest {
  private final Picture small = drawing(64);

  private static Picture drawing(int side) {
    return Drawing.of(
        side,
        Drawing.GREY,
        graphics -> Drawing.fill(graphics, Drawing.YELLOW, Drawing.circle(30, 30, 20)));
  }

  /** Each pixel's source found by a map of coordinates, then bilinear or nearest. */
  private static Picture enlarged(Picture picture, int scale, DoubleUnaryOperator source) {
    int width = picture.width() * scale;
    int height = picture.height() * scale;
    float[] planes = new float[3 * width * height];
    for (int i = 0; i < planes.length; i++) {
      double x = source.applyAsDouble((i % width + 0.5) / scale - 0.5);
      double y = source.applyAsDouble((i / width % height + 0.5) / scale - 0.5);
      int channel = i / (width * height);
      planes[i] = (float) at(picture, channel, x, y);
    }
    return new Picture(width, height, planes);
  }

  private static double at(Picture picture, int channel, double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    double fx = x - left;
    double fy = y - top;
    return (1 - fy)
            * ((1 - fx) * pixel(picture, channel, left, top)
                + fx * pixel(picture, channel, left + 1, top))
        + fy
            * ((1 - fx) * pixel(picture, channel, left, top + 1)
                + fx * pixel(picture, channel, left + 1, top + 1));
  }

  private static double pixel(Picture picture, int channel, int x, int y) {
    int column = Math.max(0, Math.min(picture.width() - 1, x));
    int row = Math.max(0, Math.min(picture.height() - 1, y));
    return picture.planes()[(channel * picture.height() + row) * picture.width() + column];
  }

  @Test
  void score_ofBilinearInterpolation_isFive() {
    assertEquals(5, EnhancementEffectiveness.score(small, enlarged(small, 4, v -> v)), 0.15);
  }

  @Test
  void score_ofATrueSharpPicture_isFarAbove_andOfABlurredOneBelow() {
    double sharp = EnhancementEffectiveness.score(small, drawing(256));
    Picture quarter = drawing(16);
    double blurred =
        EnhancementEffectiveness.score(small, enlarged(enlarged(quarter, 4, v -> v), 4, v -> v));

    assertTrue(sharp > 8, "sharp " + sharp);
    assertTrue(blurred < 4, "blurred " + blurred);
  }

  @Test
  void score_ofAnotherPicture_isZero() {
    Picture other =
        Drawing.of(
            256,
            Drawing.BLACK,
            graphics -> Drawing.fill(graphics, Drawing.YELLOW, Drawing.square(32, 32, 10)));

    assertEquals(0, EnhancementEffectiveness.score(small, other));
  }

  @Test
  void score_ofAPictureWithoutAnyGradient_isFive() {
    Picture flat = Drawing.of(8, Drawing.GREY, graphics -> {});

    assertEquals(
        5,
        EnhancementEffectiveness.score(flat, Drawing.of(16, Drawing.GREY, graphics -> {})),
        1e-9);
  }

  @Test
  void score_ofWhatIsNoEnlargement_isRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> EnhancementEffectiveness.score(small, drawing(100)));
  }
}
