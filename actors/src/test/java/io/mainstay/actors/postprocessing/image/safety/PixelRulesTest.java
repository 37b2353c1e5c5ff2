package io.mainstay.actors.postprocessing.image.safety;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PixelRulesTest {
  private static final Color WHITE = new Color(250, 250, 250);
  private static final Color BLUE = new Color(40, 80, 215);
  private static final Color RED = new Color(215, 40, 40);
  private static final Color ORANGE = new Color(245, 135, 25);

  static Stream<Arguments> signs() {
    return Stream.of(GREY_BACKGROUNDS)
        .flatMap(
            background ->
                Stream.of(9.5, 12.0, 15.5, 19.0, 24.0)
                    .flatMap(
                        radius ->
                            Stream.of(64, 128, 256)
                                .map(side -> Arguments.of(background, radius, side))));
  }

  private static final Color[] GREY_BACKGROUNDS = {Drawing.GREY, WHITE, BLUE, RED, Drawing.BLACK};

  @ParameterizedTest
  @MethodSource("signs")
  void found_whenTheSignIsDrawn_namesIt(Color background, double radius, int side) {
    assertEquals(
        List.of("warning_sign"),
        PixelRules.found(
            Drawing.of(side, background, graphics -> Drawing.sign(graphics, 33.3, 31.6, radius))));
  }

  static Stream<Arguments> nearMisses() {
    return Stream.of(
        miss("a yellow triangle", WHITE, g -> yellow(g, Drawing.triangle(32, 32, 18))),
        miss("it on black", Drawing.BLACK, g -> yellow(g, Drawing.triangle(32, 32, 18))),
        miss("a sign without a border", WHITE, g -> sign(g, Drawing.YELLOW, Drawing.YELLOW)),
        miss("a sign without a mark", WHITE, g -> signWithMark(g, Drawing.YELLOW)),
        miss("a sign with a red mark", WHITE, g -> signWithMark(g, RED)),
        miss("an orange sign", WHITE, g -> sign(g, ORANGE, Drawing.BLACK)),
        miss("a white sign", BLUE, g -> sign(g, WHITE, Drawing.BLACK)),
        miss("a sign with a red border", WHITE, g -> sign(g, Drawing.YELLOW, RED)),
        miss(
            "a yellow ring on black",
            Drawing.BLACK,
            g -> Drawing.ring(g, Drawing.YELLOW, 32, 32, 14)),
        miss(
            "a bordered circle",
            WHITE,
            g -> bordered(g, Drawing.circle(32, 32, 20), Drawing.circle(32, 32, 16))),
        miss(
            "a bordered square",
            WHITE,
            g -> bordered(g, Drawing.square(32, 32, 20), Drawing.square(32, 32, 16))),
        miss(
            "a bordered diamond",
            WHITE,
            g -> bordered(g, Drawing.diamond(32, 32, 24), Drawing.diamond(32, 32, 19))),
        miss(
            "a give-way sign",
            WHITE,
            g -> bordered(g, Drawing.pointingDown(32, 32, 22), Drawing.pointingDown(32, 30, 15))),
        miss("nothing", Drawing.YELLOW, g -> {}),
        miss(
            "a black dot on yellow",
            Drawing.YELLOW,
            g -> Drawing.fill(g, Drawing.BLACK, Drawing.circle(32, 32, 8))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nearMisses")
  void found_whenOnlyNearlyASign_isEmpty(
      String name, Color background, Consumer<Graphics2D> drawing) {
    for (int side : new int[] {64, 256}) {
      assertEquals(List.of(), PixelRules.found(Drawing.of(side, background, drawing)), name);
    }
  }

  @Test
  void found_whenASignStandsBesideOtherYellowShapes_namesIt() {
    assertEquals(
        List.of("warning_sign"),
        PixelRules.found(
            Drawing.of(
                128,
                BLUE,
                graphics -> {
                  Drawing.fill(graphics, Drawing.YELLOW, Drawing.circle(12, 12, 8));
                  Drawing.fill(graphics, Drawing.YELLOW, Drawing.square(52, 12, 7));
                  Drawing.sign(graphics, 32, 42, 14);
                })));
  }

  @Test
  void cover_onlyWhereEveryForbiddenClassIsKnown() {
    assertTrue(PixelRules.cover(policy(List.of("warning_sign"))));
    assertFalse(PixelRules.cover(policy(List.of("warning_sign", "weapon"))));
    assertFalse(PixelRules.cover(policy(List.of())));
  }

  private static SafetyPolicy policy(List<String> classes) {
    return new SafetyPolicy(
        "v1",
        0.95,
        7,
        TechnicalCompliance.STRICT,
        Enforcement.REJECT,
        Enforcement.FLAG_FOR_REVIEW,
        classes,
        List.of());
  }

  private static Arguments miss(String name, Color background, Consumer<Graphics2D> drawing) {
    return Arguments.of(name, background, drawing);
  }

  private static void yellow(Graphics2D graphics, Shape shape) {
    Drawing.fill(graphics, Drawing.YELLOW, shape);
  }

  private static void sign(Graphics2D graphics, Color face, Color border) {
    Drawing.signWith(graphics, 32, 32, 18, face, border, Drawing.BLACK);
  }

  private static void signWithMark(Graphics2D graphics, Color mark) {
    Drawing.signWith(graphics, 32, 32, 18, Drawing.YELLOW, Drawing.BLACK, mark);
  }

  private static void bordered(Graphics2D graphics, Shape outer, Shape inner) {
    Drawing.fill(graphics, Drawing.BLACK, outer);
    Drawing.fill(graphics, Drawing.YELLOW, inner);
    Drawing.fill(graphics, Drawing.BLACK, Drawing.circle(32, 32, 3));
  }
}
