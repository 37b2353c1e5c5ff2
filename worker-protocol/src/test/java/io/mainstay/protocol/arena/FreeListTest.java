package io.mainstay.protocol.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class FreeListTest {
  @Test
  void give_twice_isRefused() {
    FreeList free = new FreeList(1024);
    long offset = free.take(128);
    free.give(offset, 128);
    assertThrows(IllegalStateException.class, () -> free.give(offset, 128));
  }

  @Test
  void give_ofAnotherLength_isRefused() {
    FreeList free = new FreeList(1024);
    long offset = free.take(128);
    assertThrows(IllegalStateException.class, () -> free.give(offset, 192));
  }

  @Test
  void rounded_isTheNextCacheLine() {
    assertEquals(64, FreeList.rounded(0));
    assertEquals(64, FreeList.rounded(64));
    assertEquals(128, FreeList.rounded(65));
  }
}
