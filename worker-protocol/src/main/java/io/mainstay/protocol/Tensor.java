package io.mainstay.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A named tensor whose bytes live in the JVM's own memory. Immutable by agreement: nobody writes to
 * {@code bytes} after construction. Row-major, little-endian.
 *
 * @param name the model's name for it
 * @param type element type
 * @param dims shape, at most 8 entries, all of them at least 0
 * @param bytes the elements; position 0, limit is the tensor's size in bytes
 */
public record Tensor(String name, TensorType type, List<Long> dims, ByteBuffer bytes) {
  /** Most dimensions that the wire carries. */
  public static final int RANK_MAX = 8;

  public Tensor {
    dims = List.copyOf(dims);
    if (dims.size() > RANK_MAX) {
      throw new IllegalArgumentException(
          "Tensor " + name + " has rank " + dims.size() + "; at most 8");
    }
    long elements = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("Tensor " + name + " has a negative dimension: " + dims);
      }
      elements = Math.multiplyExact(elements, dim);
    }
    bytes = bytes.duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN);
    long expected = Math.multiplyExact(elements, (long) type.bytes());
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          "Tensor "
              + name
              + " of shape "
              + dims
              + " has "
              + expected
              + " bytes, not "
              + bytes.remaining());
    }
  }

  /** A fresh little-endian view; reading it moves nobody else's position. */
  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Size in bytes. */
  public int byteLength() {
    return bytes.limit();
  }
}
