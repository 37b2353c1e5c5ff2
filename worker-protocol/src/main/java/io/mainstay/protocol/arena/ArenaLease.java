package io.mainstay.protocol.arena;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to one span of an arena, from {@link TensorArena#lease} until {@link #close}. Used by
 * one thread at a time; whoever holds it must close it, and only after the worker can no longer
 * write there. Closing again does nothing.
 */
public final class ArenaLease implements AutoCloseable {
  private final TensorArena arena;
  private final ByteBuffer segmentBytes;
  private final int segment;
  private final long offset;
  private final long length;
  private final AtomicBoolean open = new AtomicBoolean(true);

  ArenaLease(TensorArena arena, ByteBuffer segmentBytes, int segment, long offset, long length) {
    this.arena = arena;
    this.segmentBytes = segmentBytes;
    this.segment = segment;
    this.offset = offset;
    this.length = length;
  }

  /** Index of the segment, from 0. */
  public int segment() {
    return segment;
  }

  /** Where in the segment, in bytes; a multiple of 64. */
  public long offset() {
    return offset;
  }

  /** Bytes asked for. */
  public long length() {
    return length;
  }

  /**
   * Copies what remains of {@code source} to the span's beginning; {@code source} keeps its
   * position.
   */
  public void copyIn(ByteBuffer source) {
    check(source.remaining());
    try {
      write(source);
    } catch (InternalError e) {
      throw fault("written", e);
    }
  }

  /** A copy of the first {@code bytes} of the span in the JVM's own memory. */
  public ByteBuffer copyOut(int bytes) {
    check(bytes);
    try {
      return read(bytes);
    } catch (InternalError e) {
      throw fault("read", e);
    }
  }

  // The JVM raises a fault in mapped memory a little late: at the next safepoint, which may be the
  // return from here. So the two accesses are methods of their own, inside the try blocks above.

  private void write(ByteBuffer source) {
    segmentBytes.put((int) offset, source, source.position(), source.remaining());
  }

  private ByteBuffer read(int bytes) {
    byte[] copy = new byte[bytes];
    segmentBytes.get((int) offset, copy);
    return ByteBuffer.wrap(copy);
  }

  /** Gives the span back. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      arena.release(this);
    }
  }

  private void check(long bytes) {
    if (!open.get()) {
      throw new IllegalStateException("Lease " + this + " was used after it was closed");
    }
    if (bytes < 0 || bytes > length) {
      throw new IndexOutOfBoundsException(
          bytes + " bytes were asked of lease " + this + ", which has " + length);
    }
  }

  private ArenaAccessFault fault(String what, InternalError cause) {
    return new ArenaAccessFault(
        "Arena memory of " + this + " could not be " + what + ": its file was cut short", cause);
  }

  @Override
  public String toString() {
    return "segment " + segment + " [" + offset + ", " + (offset + length) + ")";
  }
}
