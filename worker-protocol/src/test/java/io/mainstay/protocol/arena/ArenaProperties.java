package io.mainstay.protocol.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against a model: what is taken never overlaps, and all that is given back is one span again. */
class ArenaProperties {
  private static final long CAPACITY = 64 * 256;

  private record Span(long offset, long length) {
    boolean overlaps(Span other) {
      return offset < other.offset + other.length && other.offset < offset + length;
    }
  }

  @Property(tries = 1000)
  void freeList_neverOverlapsAndCoalescesBackToFull(@ForAll long seed) {
    Random random = new Random(seed);
    FreeList free = new FreeList(CAPACITY);
    List<Span> taken = new ArrayList<>();
    for (int step = 0; step < 200; step++) {
      if (taken.isEmpty() || random.nextInt(5) < 3) {
        take(free, taken, FreeList.rounded(random.nextInt(random.nextInt(3000) + 1)));
      } else {
        Span back = taken.remove(random.nextInt(taken.size()));
        free.give(back.offset(), back.length());
      }
      long held = taken.stream().mapToLong(Span::length).sum();
      assertEquals(CAPACITY - held, free.freeBytes());
    }
    while (!taken.isEmpty()) {
      Span back = taken.remove(random.nextInt(taken.size()));
      free.give(back.offset(), back.length());
    }
    assertTrue(free.isWhole());
  }

  private static void take(FreeList free, List<Span> taken, long length) {
    long offset = free.take(length);
    if (offset == FreeList.NONE) {
      assertTrue(largestGap(taken) < length, "a span that fits was not found");
      return;
    }
    Span span = new Span(offset, length);
    assertEquals(0, offset % FreeList.ALIGNMENT);
    assertTrue(offset + length <= CAPACITY);
    assertTrue(taken.stream().noneMatch(span::overlaps));
    taken.add(span);
  }

  private static long largestGap(List<Span> taken) {
    List<Span> sorted = new ArrayList<>(taken);
    sorted.sort((a, b) -> Long.compare(a.offset(), b.offset()));
    long gap = 0;
    long end = 0;
    for (Span span : sorted) {
      gap = Math.max(gap, span.offset() - end);
      end = span.offset() + span.length();
    }
    return Math.max(gap, CAPACITY - end);
  }
}
