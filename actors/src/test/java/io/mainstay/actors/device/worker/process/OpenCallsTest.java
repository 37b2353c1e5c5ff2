package io.mainstay.actors.device.worker.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OpenCallsTest {
  private final OpenCalls calls = new OpenCalls(3, 2);

  @Test
  void reserve_beyondTheLimit_isRefusedUntilOneIsAnswered() {
    assertTrue(calls.reserve());
    assertTrue(calls.add(1, new NumberOpen(new Answer<>())));
    assertTrue(calls.reserve());
    assertFalse(calls.reserve());
    assertNotNull(calls.remove(1));
    assertTrue(calls.reserve());
    assertEquals(2, calls.size());
  }

  @Test
  void remove_twice_givesTheCallOnce() {
    calls.reserve();
    calls.add(1, new NumberOpen(new Answer<>()));
    assertNotNull(calls.remove(1));
    assertNull(calls.remove(1));
    assertEquals(0, calls.size());
  }

  @Test
  void find_ofAnotherKind_isNothing() {
    calls.reserve();
    calls.add(1, new NumberOpen(new Answer<>()));
    assertNull(calls.find(1, ArmOpen.class));
    assertNotNull(calls.find(1, NumberOpen.class));
  }

  @Test
  void lose_answersAllThatIsOpenAndAllThatComes() throws Exception {
    Answer<Long> before = new Answer<>();
    Answer<Long> after = new Answer<>();
    calls.reserve();
    calls.add(1, new NumberOpen(before));
    calls.lose();
    calls.reserve();
    assertFalse(calls.add(2, new NumberOpen(after)));
    assertTrue(before.isLost());
    assertTrue(after.isLost());
    assertEquals(0, calls.size());
  }
}
