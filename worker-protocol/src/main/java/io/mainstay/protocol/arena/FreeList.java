package io.mainstay.protocol.arena;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The free spans of one segment, by offset. First fit, so that the low pages stay warm; neighbours
 * coalesce when a span comes back. Not thread-safe.
 */
final class FreeList {
  /** Every span begins at a multiple of this, in bytes: one cache line. */
  static final int ALIGNMENT = 64;

  /** Answer of {@link #take} when nothing fits. */
  static final long NONE = -1;

  private final long capacity;
  private final NavigableMap<Long, Long> lengthByOffset = new TreeMap<>();

  FreeList(long capacity) {
    this.capacity = capacity;
    lengthByOffset.put(0L, capacity);
  }

  /** Size that a request of so many bytes takes. */
  static long rounded(long bytes) {
    return Math.max(ALIGNMENT, (bytes + ALIGNMENT - 1) & -ALIGNMENT);
  }

  /** Offset of a span of that (rounded) length, or {@link #NONE}. */
  long take(long length) {
    for (Map.Entry<Long, Long> free : lengthByOffset.entrySet()) {
      if (free.getValue() >= length) {
        long offset = free.getKey();
        long rest = free.getValue() - length;
        lengthByOffset.remove(offset);
        if (rest > 0) {
          lengthByOffset.put(offset + length, rest);
        }
        return offset;
      }
    }
    return NONE;
  }

  /** Takes back a span; fails if any of it is free already. */
  void give(long offset, long length) {
    Map.Entry<Long, Long> before = lengthByOffset.floorEntry(offset);
    Map.Entry<Long, Long> after = lengthByOffset.ceilingEntry(offset);
    if (offset < 0
        || offset + length > capacity
        || (before != null && before.getKey() + before.getValue() > offset)
        || (after != null && offset + length > after.getKey())) {
      throw new IllegalStateException(
          "Span of " + length + " bytes at " + offset + " was given back twice or is not ours");
    }
    long start = offset;
    long end = offset + length;
    if (before != null && before.getKey() + before.getValue() == offset) {
      start = before.getKey();
    }
    if (after != null && after.getKey() == end) {
      end += after.getValue();
      lengthByOffset.remove(after.getKey());
    }
    lengthByOffset.put(start, end - start);
  }

  /** Whether all of the segment is one free span again. */
  boolean isWhole() {
    return lengthByOffset.size() == 1
        && lengthByOffset.firstKey() == 0L
        && lengthByOffset.firstEntry().getValue() == capacity;
  }

  long freeBytes() {
    return lengthByOffset.values().stream().mapToLong(Long::longValue).sum();
  }
}
