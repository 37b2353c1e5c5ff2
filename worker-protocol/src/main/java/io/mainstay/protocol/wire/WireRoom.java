package io.mainstay.protocol.wire;

/**
 * Room for one output of an inference.
 *
 * @param name the model's name for the output
 * @param capacity most bytes it may have
 * @param shared where in the arena, or null for inside the answering frame
 */
public record WireRoom(String name, long capacity, TensorSite.Shared shared) {
  public WireRoom {
    if (shared == null && capacity > TensorSite.INLINE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "Room of "
              + capacity
              + " bytes for output "
              + name
              + " cannot be inline; at most "
              + TensorSite.INLINE_BYTES_MAX);
    }
  }
}
