package io.mainstay.actors.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class ModelBoundsTest {
  @Test
  void defaults_areThoseOfTheReferenceFile() {
    assertEquals(new ModelBounds(5, 1_000), ModelBounds.of(ConfigFactory.load()));
  }

  @Test
  void boundOutOfRange_isRefusedByItsName() {
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> new ModelBounds(0, 1));
    assertTrue(none.getMessage().contains("mainstay.model.mode-tries-max is 0"), none.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new ModelBounds(1, 1_000_001));
  }
}
