package io.mainstay.persistence.checkpoint;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A state against another one: exclusive-or, so that what is the same becomes zeros, which deflate
 * away. The shorter one counts as if zeros followed it. Pure.
 */
final class StateDelta {
  private static final int CHUNK_BYTES = 8192;

  /** Deflate never makes more than 1,032 bytes of one. */
  private static final int INFLATION_MAX = 1032;

  private StateDelta() {}

  /** One against the other, as long as the other; twice gives the other back. */
  static byte[] xor(byte[] base, byte[] other) {
    byte[] difference = other.clone();
    int common = Math.min(base.length, other.length);
    for (int i = 0; i < common; i++) {
      difference[i] ^= base[i];
    }
    return difference;
  }

  static byte[] pack(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 64);
      byte[] chunk = new byte[CHUNK_BYTES];
      while (!deflater.finished()) {
        out.write(chunk, 0, deflater.deflate(chunk));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /**
   * Exactly that many bytes.
   *
   * @throws UnusableCheckpointException if they are not what was packed
   */
  static byte[] unpack(byte[] packed, int length) throws UnusableCheckpointException {
    if (length > (long) packed.length * INFLATION_MAX) {
      throw new UnusableCheckpointException(
          "it announces a state of %d bytes in %d".formatted(length, packed.length));
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] bytes = new byte[length];
      int filled = 0;
      int read = inflater.inflate(bytes, 0, length);
      while (read > 0 && filled < length) {
        filled += read;
        read = inflater.inflate(bytes, filled, length - filled);
      }
      if (inflater.inflate(new byte[1]) > 0 || !inflater.finished() || filled != length) {
        throw new UnusableCheckpointException(
            "its body does not hold the %d bytes of its state".formatted(length));
      }
      return bytes;
    } catch (DataFormatException notDeflated) {
      throw new UnusableCheckpointException("its body is not deflated", notDeflated);
    } finally {
      inflater.end();
    }
  }
}
