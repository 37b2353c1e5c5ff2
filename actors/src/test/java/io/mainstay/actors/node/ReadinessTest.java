package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private static final List<String> MODELS = List.of("m");
  private final Readiness two = Readiness.of(List.of("a", "b"));

  @Test
  void ready_onceEveryDeviceIsDecided_andEveryPreloadOver() {
    Readiness up = two.up("a", MODELS).up("b", MODELS);
    assertFalse(up.ready());
    Readiness loaded = up.loaded("m", "a", null);
    assertFalse(loaded.ready());
    assertEquals("model m@b is loading", loaded.missing());
    assertTrue(loaded.loaded("m", "b", "does not fit").ready());
  }

  @Test
  void ready_withOneFailedDevice_butNotWithNone() {
    Readiness one = two.down("a", "no binary").up("b", List.of());
    assertTrue(one.ready());
    assertFalse(one.hopeless());
    Readiness none = two.down("a", "no binary").down("b", "no binary");
    assertFalse(none.ready());
    assertTrue(none.hopeless());
    assertTrue(none.missing().contains("device a failed: no binary"), none.missing());
  }

  @Test
  void deviceThatComesBack_isServingAgain_andAsksForNothingTwice() {
    Readiness back = two.down("a", "late").up("a", MODELS).up("a", MODELS);
    assertEquals(1, back.loading().size());
    assertTrue(back.failed().isEmpty());
  }

  @Test
  void restartWindow_allowsItsIntensityInItsPeriod_andForgets() {
    RestartWindow window = RestartWindow.of(2, Duration.ofNanos(100));
    RestartWindow once = window.restart(0).orElseThrow();
    RestartWindow twice = once.restart(50).orElseThrow();
    assertTrue(twice.restart(99).isEmpty());
    assertTrue(twice.restart(100).isPresent());
  }
}
