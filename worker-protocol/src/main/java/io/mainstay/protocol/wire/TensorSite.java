package io.mainstay.protocol.wire;

import java.nio.ByteBuffer;

/** Where the bytes of a tensor are while it travels. */
public sealed interface TensorSite {
  /** Largest tensor that travels inside a frame, in bytes. */
  int INLINE_BYTES_MAX = 4096;

  /** In the frame itself; at most {@link #INLINE_BYTES_MAX}. */
  record Inline(ByteBuffer bytes) implements TensorSite {}

  /**
   * In shared memory.
   *
   * @param segment of the arena, from 0
   * @param offset in the segment, bytes, a multiple of 64
   * @param length of the tensor in bytes
   */
  record Shared(int segment, long offset, long length) implements TensorSite {}
}
