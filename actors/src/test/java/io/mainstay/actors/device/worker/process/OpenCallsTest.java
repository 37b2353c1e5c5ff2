package io.mainstay.actors.device.worker.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OpenCallsTest {
  private final OpenCalls calls = new OpenCalls(3, 2);
  private final OpenCall<Long> work = new NumberOpen(new Answer<>());

  @Test
  void reserve_beyondTheLimit_isRefusedUntilOneIsAnswered() {
    assertTrue(calls.reserve(work));
    assertTrue(calls.add(1, new NumberOpen(new Answer<>())));
    assertTrue(calls.reserve(work));
    assertFalse(calls.reserve(work));
    assertNotNull(calls.remove(1));
    assertTrue(calls.reserve(work));
    assertEquals(2, calls.size());
  }

  @Test
  void remove_twice_givesTheCallOnce() {
    calls.reserve(work);
    calls.add(1, new NumberOpen(new Answer<>()));
    assertNotNull(calls.remove(1));
    assertNull(calls.remove(1));
    assertEquals(0, calls.size());
  }

  @Test
  void find_ofAnotherKind_isNothing() {
    calls.reserve(work);
    calls.add(1, new NumberOpen(new Answer<>()));
    assertNull(calls.find(1, ArmOpen.class));
    assertNotNull(calls.find(1, NumberOpen.class));
  }

  @Test
  void lose_answersAllThatIsOpenAndAllThatComes() throws Exception {
    Answer<Long> before = new Answer<>();
    Answer<Long> after = new Answer<>();
    calls.reserve(work);
    calls.add(1, new NumberOpen(before));
    calls.lose();
    calls.reserve(work);
    assertFalse(calls.add(2, new NumberOpen(after)));
    assertTrue(before.isLost());
    assertTrue(after.isLost());
    assertEquals(0, calls.size());
  }

  @Test
  void stateCalls_haveTheirOwnPlaces() {
    OpenCall<Long> state = new EndOpen(new Answer<>());
    assertTrue(calls.reserve(work));
    assertTrue(calls.reserve(work));
    for (int i = 0; i < OpenCalls.STATE_CALLS_MAX; i++) {
      assertTrue(calls.reserve(state));
    }
    assertFalse(calls.reserve(state));
    calls.add(9, state);
    calls.remove(9);
    assertTrue(calls.reserve(state));
    assertFalse(calls.reserve(work));
    assertEquals(2, calls.size());
    assertEquals(OpenCalls.STATE_CALLS_MAX, calls.stateSize());
  }
}
