package io.mainstay.protocol.frame;

import java.io.IOException;
import java.io.OutputStream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Holds one frame while it is built. Not thread-safe; owned by the thread that writes. Use: encode
 * an SBE header and body at {@link #bodyOffset()} of {@link #buffer()}, then {@link #seal}, then
 * {@link #writeTo}.
 */
public final class FrameWriter {
  private static final int INITIAL_BYTES = 8 * 1024;

  private final int frameBytesMax;
  private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(INITIAL_BYTES);
  private int frameBytes;
  private long written;

  public FrameWriter(int frameBytesMax) {
    this.frameBytesMax = FrameHeader.checkedLimit(frameBytesMax);
  }

  /** Where to encode; grows by itself. */
  public MutableDirectBuffer buffer() {
    return buffer;
  }

  /** Where the SBE header begins. */
  public int bodyOffset() {
    return FrameHeader.BYTES;
  }

  /**
   * Puts the framing header before what was encoded.
   *
   * @param encodedBytes of SBE header and body
   * @return size of the frame in bytes
   * @throws FrameFault if the frame is above the limit; nothing was written then and the next frame
   *     may be built
   */
  public int seal(int encodedBytes) throws FrameFault {
    frameBytes = 0;
    int length = encodedBytes + FrameHeader.BYTES;
    if (length > frameBytesMax) {
      throw new FrameFault(
          FrameFault.Kind.TOO_LONG,
          written,
          "A frame of " + length + " bytes was to be sent; at most " + frameBytesMax);
    }
    FrameHeader.write(buffer, length);
    frameBytes = length;
    return length;
  }

  /** Writes and flushes the sealed frame. Blocks while the pipe is full. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(buffer.byteArray(), 0, frameBytes);
    out.flush();
    written += frameBytes;
  }

  /** A copy of the sealed frame. */
  public byte[] toBytes() {
    byte[] copy = new byte[frameBytes];
    buffer.getBytes(0, copy);
    return copy;
  }
}
