package io.mainstay.actors.state.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionEndsTest {
  private final SessionEnds ends = new SessionEnds();

  @Test
  void nothingIsOpen_itIsOverAtOnce() {
    assertTrue(ends.end("s", Set.of()));
    assertEquals(Optional.empty(), ends.settled(1));
  }

  @Test
  void changesAreOpen_itIsOverWithTheLastOfThem_andOthersDoNotCount() {
    assertFalse(ends.end("s", Set.of(1L, 3L)));
    assertFalse(ends.end("t", Set.of(2L)));

    assertFalse(ends.isLate(4));
    assertTrue(ends.isLate(3));
    assertEquals(Optional.empty(), ends.settled(4));
    assertEquals(Optional.empty(), ends.settled(3));
    assertFalse(ends.isLate(3));
    assertEquals(Optional.of("t"), ends.settled(2));
    assertEquals(Optional.of("s"), ends.settled(1));
    assertEquals(Optional.empty(), ends.settled(1));
  }

  @Test
  void endsTwice_isToldOnce() {
    assertFalse(ends.end("s", Set.of(1L)));
    assertFalse(ends.end("s", Set.of()));
    assertEquals(Optional.of("s"), ends.settled(1));
    assertTrue(ends.end("s", Set.of()));
  }
}
