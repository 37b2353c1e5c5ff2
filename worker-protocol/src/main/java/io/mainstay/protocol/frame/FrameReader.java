package io.mainstay.protocol.frame;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts a byte stream into frames, however the stream is split. Not thread-safe; owned by the thread
 * that reads. One reader per connection: after a fault it stays faulty.
 *
 * <p>The buffer starts small and grows to the largest frame seen, never above the limit.
 */
public final class FrameReader {
  private static final int INITIAL_BYTES = 16 * 1024;

  private final int frameBytesMax;
  private byte[] bytes;
  private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
  private int position;
  private int limit;
  private long consumed;
  private long frameOffset;
  private FrameFault fault;

  public FrameReader(int frameBytesMax) {
    this.frameBytesMax = FrameHeader.checkedLimit(frameBytesMax);
    this.bytes = new byte[Math.min(INITIAL_BYTES, frameBytesMax)];
    buffer.wrap(bytes);
  }

  /**
   * Blocks until the stream gives more bytes.
   *
   * @return how many, or -1 at the end of the stream
   */
  public int readFrom(InputStream in) throws IOException {
    makeRoom(1);
    int read = in.read(bytes, limit, bytes.length - limit);
    if (read > 0) {
      limit += read;
    }
    return read;
  }

  /** Takes bytes that were read elsewhere. */
  public void append(byte[] source, int offset, int length) {
    makeRoom(length);
    System.arraycopy(source, offset, bytes, limit, length);
    limit += length;
  }

  /**
   * Points {@code frame} at the SBE header and body of the next frame.
   *
   * @param frame valid until the next call of any method here
   * @return false when the next frame is not here yet
   */
  public boolean next(UnsafeBuffer frame) throws FrameFault {
    if (fault != null) {
      throw fault;
    }
    if (limit - position < FrameHeader.BYTES) {
      return false;
    }
    long length = FrameHeader.length(buffer, position);
    checkHeader(length, FrameHeader.encoding(buffer, position));
    if (limit - position < length) {
      return false;
    }
    frame.wrap(bytes, position + FrameHeader.BYTES, (int) length - FrameHeader.BYTES);
    frameOffset = consumed;
    position += (int) length;
    consumed += length;
    return true;
  }

  /** To be called at the end of the stream: fails if it ended inside a frame. */
  public void endOfStream() throws FrameFault {
    if (fault == null && limit > position) {
      throw fail(
          FrameFault.Kind.TRUNCATED,
          "The stream ended " + (limit - position) + " bytes into a frame");
    }
  }

  /** Offset in the stream of the frame that {@link #next} gave last, in bytes. */
  public long frameOffset() {
    return frameOffset;
  }

  private void checkHeader(long length, int encoding) throws FrameFault {
    if (encoding != FrameHeader.SBE_LITTLE_ENDIAN) {
      throw fail(
          FrameFault.Kind.GARBLED,
          String.format("A frame's encoding type is 0x%04X, not 0xEB50", encoding));
    }
    if (length < FrameHeader.FRAME_BYTES_MIN) {
      throw fail(
          FrameFault.Kind.TOO_SHORT,
          "A frame says it has " + length + " bytes; at least " + FrameHeader.FRAME_BYTES_MIN);
    }
    if (length > frameBytesMax) {
      throw fail(
          FrameFault.Kind.TOO_LONG,
          "A frame says it has " + length + " bytes; at most " + frameBytesMax);
    }
  }

  private FrameFault fail(FrameFault.Kind kind, String what) {
    fault = new FrameFault(kind, consumed, what);
    return fault;
  }

  private void makeRoom(int wanted) {
    if (bytes.length - limit >= wanted) {
      return;
    }
    int held = limit - position;
    byte[] target = bytes;
    if (bytes.length - held < Math.max(wanted, bytes.length / 4)) {
      target = Arrays.copyOf(bytes, Math.max(bytes.length * 2, held + wanted));
    }
    System.arraycopy(bytes, position, target, 0, held);
    if (target != bytes) {
      bytes = target;
      buffer.wrap(bytes);
    }
    position = 0;
    limit = held;
  }
}
