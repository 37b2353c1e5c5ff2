package io.mainstay.actors.postprocessing.image.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.image.noise.CounterNoise;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QualityTest {
  private static final double PASS = 7;

  /** Flat drawings as our models are trained on: shape, colours, place and size by number. */
  static IntStream drawings() {
    return IntStream.range(0, 12);
  }

  private static Picture drawing(int number, int side) {
    return Scenes.drawing(number, side);
  }

  @ParameterizedTest
  @MethodSource("drawings")
  void score_ofAFlatDrawing_isWellAboveSeven(int number) {
    assertScore(drawing(number, 64), 8.5, 10);
    assertScore(drawing(number, 256), 8.5, 10);
  }

  @ParameterizedTest
  @MethodSource("drawings")
  void score_ofABlurredDrawing_isBelowSeven(int number) {
    assertScore(Scenes.blurred(drawing(number, 64), 1.8), 0, PASS);
    assertScore(Scenes.blurred(drawing(number, 64), 4), 0, 2);
  }

  @ParameterizedTest
  @MethodSource("drawings")
  void score_ofANoisyDrawing_isBelowSeven(int number) {
    assertScore(Scenes.noisy(drawing(number, 64), 0.1), 0, PASS);
    assertScore(Scenes.noisy(drawing(number, 64), 0.3), 0, 3);
  }

  @ParameterizedTest
  @MethodSource("drawings")
  void score_ofADrawingOfADecoder_isAboveSeven(int number) {
    // Slightly soft, slightly uneven: what a small decoder makes of a drawing.
    assertScore(Scenes.noisy(Scenes.blurred(drawing(number, 64), 0.7), 0.01), PASS, 10);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void score_ofABlankPicture_isZero(double shade) {
    assertEquals(0, Quality.of(Scenes.drawn(64, 64, (x, y, c) -> shade)).score());
    Picture hardlyAnything =
        Scenes.drawn(64, 64, (x, y, c) -> 0.5 + (x == 20 && y == 20 ? 1 / 255.0 : 0));
    assertEquals(0, Quality.of(hardlyAnything).score());
  }

  @Test
  void score_ofColoursThatAreEquallyBright_isWellAboveSeven() {
    double[] red = {1, 0, 0};
    double[] green = {0, 0.299 / 0.587, 0};
    Picture picture =
        Scenes.drawn(64, 64, (x, y, c) -> x > 20 && x < 44 && y > 9 ? red[c] : green[c]);
    assertScore(picture, 8.5, 10);
  }

  @Test
  void score_ofNothingButNoise_isZero() {
    Picture flat = Scenes.drawn(64, 64, (x, y, c) -> 0.5);
    assertScore(Scenes.noisy(flat, 0.3), 0, 0.1);
  }

  @Test
  void score_ofAnOverexposedScene_isBelowSeven_andOfTheSceneItselfNot() {
    assertScore(Scenes.shaded(1, 0), PASS, 10);
    for (double[] exposure : new double[][] {{2.5, 0}, {2.5, -1.4}, {4, -1.5}}) {
      Picture clipped = Scenes.shaded(exposure[0], exposure[1]);
      assertTrue(Quality.of(clipped).clipping() > 0.15, Quality.of(clipped).toString());
      assertScore(clipped, 0, PASS);
    }
  }

  @Test
  void clipping_whenFlatColoursAreAtTheBounds_isNone() {
    Picture blackOnWhite = Scenes.drawn(64, 64, (x, y, c) -> x > 20 && x < 40 && y > 9 ? 0 : 1);
    assertEquals(0, Quality.of(blackOnWhite).clipping());
    assertEquals(0, Quality.of(Scenes.blurred(blackOnWhite, 1)).clipping(), 0.02);
    assertScore(blackOnWhite, 9, 10);
  }

  @Test
  void sharpness_followsItsFormula() {
    // A hard vertical edge of height c: a row's gradients sum to c^2, its Laplacians to 2 c^2.
    for (double c : new double[] {0.2, 0.9}) {
      Picture edge = Scenes.drawn(64, 64, (x, y, k) -> x < 32 ? 0.05 : 0.05 + c);
      assertEquals(2, Quality.of(edge).sharpness(), 1e-3);
    }
    // Blurred by a Gaussian of s: 1 / (2 s^2).
    Picture edge = Scenes.drawn(128, 128, (x, y, k) -> x < 64 ? 0.1 : 0.9);
    for (double s : new double[] {2, 3}) {
      assertEquals(
          1 / (2 * s * s), Quality.of(Scenes.blurred(edge, s)).sharpness(), 0.1 / (2 * s * s));
    }
  }

  @Test
  void noise_isTheDeviationThatWasAdded() {
    for (double s : new double[] {0.01, 0.03, 0.06}) {
      Picture grey = Scenes.drawn(128, 128, (x, y, c) -> 0.5);
      // The channels' noise is independent, so luma has less of it.
      double inLuma = s * Math.sqrt(0.299 * 0.299 + 0.587 * 0.587 + 0.114 * 0.114);
      assertEquals(inLuma, Quality.of(Scenes.noisy(grey, s)).noise(), 0.06 * inLuma);
    }
  }

  @Test
  void noise_whenThePictureIsASlope_isNone() {
    Picture slope = Scenes.drawn(64, 64, (x, y, c) -> 0.1 + 0.01 * x + 0.002 * y);
    assertEquals(0, Quality.of(slope).noise(), 1e-6);
  }

  @Test
  void score_alwaysLiesBetweenZeroAndTen() {
    DoubleStream scores =
        IntStream.range(0, 60)
            .mapToDouble(
                i -> {
                  int width = 1 + i % 9;
                  int height = 1 + i / 9;
                  float[] noise = new CounterNoise(i).draw(0, 3 * width * height);
                  for (int k = 0; k < noise.length; k++) {
                    noise[k] = Math.max(0, Math.min(1, noise[k]));
                  }
                  return Quality.of(new Picture(width, height, noise)).score();
                });
    assertTrue(scores.allMatch(score -> score >= 0 && score <= 10));
  }

  private static void assertScore(Picture picture, double from, double to) {
    Quality quality = Quality.of(picture);
    assertTrue(
        quality.score() >= from && quality.score() <= to, quality + " scores " + quality.score());
  }
}
