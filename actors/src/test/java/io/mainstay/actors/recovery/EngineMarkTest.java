package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineMarkTest {
  @Test
  void markAtAPlace_isFoundThere() {
    EngineMark mark = new EngineMark("cpu-0", 7);
    assertEquals("session/s/0-8/engine/cpu-0/7", mark.at("session/s/0-8"));
    assertEquals(Optional.of(mark), EngineMark.of(mark.at("session/s/0-8")));
  }

  @Test
  void placesWithoutEngine_haveNone() {
    assertEquals(Optional.empty(), EngineMark.of("session/s/0-8"));
    assertEquals(Optional.empty(), EngineMark.of("inference/cpu-0"));
    assertEquals(Optional.empty(), EngineMark.of("engine/cpu-0"));
    assertEquals(Optional.empty(), EngineMark.of("a/engine/cpu-0/x"));
    assertEquals(Optional.empty(), EngineMark.of(""));
  }
}
