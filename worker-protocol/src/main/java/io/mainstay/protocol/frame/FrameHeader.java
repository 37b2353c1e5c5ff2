package io.mainstay.protocol.frame;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The FIX Simple Open Framing Header, both fields big-endian.
 *
 * <pre>
 *   0        4        6                14
 *   +--------+--------+-----------------+------
 *   | length | 0xEB50 | SBE header      | body
 *   +--------+--------+-----------------+------
 *   length counts the whole frame, its own bytes included
 * </pre>
 */
public final class FrameHeader {
  /** Size of the header itself. */
  public static final int BYTES = 6;

  /** Encoding type registered for SBE 1.0, little-endian. */
  public static final int SBE_LITTLE_ENDIAN = 0xEB50;

  /** Smallest frame: this header and an SBE message header. */
  public static final int FRAME_BYTES_MIN = BYTES + 8;

  /** Largest frame that the protocol allows. */
  public static final int FRAME_BYTES_LIMIT = 1 << 20;

  private FrameHeader() {}

  static void write(MutableDirectBuffer buffer, int frameBytes) {
    buffer.putInt(0, frameBytes, ByteOrder.BIG_ENDIAN);
    buffer.putShort(4, (short) SBE_LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  }

  static long length(DirectBuffer buffer, int at) {
    return buffer.getInt(at, ByteOrder.BIG_ENDIAN) & 0xFFFF_FFFFL;
  }

  static int encoding(DirectBuffer buffer, int at) {
    return buffer.getShort(at + 4, ByteOrder.BIG_ENDIAN) & 0xFFFF;
  }

  static int checkedLimit(int frameBytesMax) {
    if (frameBytesMax < FRAME_BYTES_MIN || frameBytesMax > FRAME_BYTES_LIMIT) {
      throw new IllegalArgumentException(
          "Largest frame is "
              + frameBytesMax
              + " bytes; it must be from "
              + FRAME_BYTES_MIN
              + " to "
              + FRAME_BYTES_LIMIT);
    }
    return frameBytesMax;
  }
}
