package io.mainstay.actors.processing.image.latents;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Float32 values as four planes, the bytes of each value from the highest to the lowest. Signs and
 * exponents are much alike, so their plane shrinks when it is deflated; mantissas hardly do.
 */
final class PackedFloats {
  /** Deflate never makes more than 1,032 bytes of one. */
  private static final int INFLATION_MAX = 1032;

  private PackedFloats() {}

  static byte[] planes(float[] values) {
    byte[] planes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      for (int plane = 0; plane < Float.BYTES; plane++) {
        planes[plane * values.length + i] = (byte) (bits >>> (24 - 8 * plane));
      }
    }
    return planes;
  }

  /**
   * Exactly that many values from deflated planes.
   *
   * @throws CheckpointRefusedException if the bytes hold fewer or more, or are not deflated
   */
  static float[] unpack(byte[] packed, int count) {
    long bytes = (long) count * Float.BYTES;
    if (bytes > Integer.MAX_VALUE || bytes > (long) packed.length * INFLATION_MAX) {
      throw CheckpointCodec.malformed(
          "has %d values by its shape, more than %d bytes hold".formatted(count, packed.length));
    }
    return values(inflate(packed, (int) bytes), count);
  }

  /**
   * Exactly that many values.
   *
   * @throws CheckpointRefusedException if the planes hold fewer or more
   */
  static float[] values(byte[] planes, int count) {
    if (planes.length != (long) count * Float.BYTES) {
      throw CheckpointCodec.malformed(
          "has %d values by its shape, not what %d bytes hold".formatted(count, planes.length));
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int bits = 0;
      for (int plane = 0; plane < Float.BYTES; plane++) {
        bits = bits << 8 | planes[plane * count + i] & 0xFF;
      }
      values[i] = Float.intBitsToFloat(bits);
    }
    return values;
  }

  private static byte[] inflate(byte[] packed, int bytes) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] planes = new byte[bytes];
      int filled = inflater.inflate(planes);
      boolean more = inflater.inflate(new byte[1]) > 0;
      if (filled != bytes || more || !inflater.finished() || inflater.getRemaining() > 0) {
        throw CheckpointCodec.malformed("does not hold the %d bytes of its shape".formatted(bytes));
      }
      return planes;
    } catch (DataFormatException notDeflated) {
      throw CheckpointCodec.malformed("holds no deflated values: " + notDeflated.getMessage());
    } finally {
      inflater.end();
    }
  }
}
