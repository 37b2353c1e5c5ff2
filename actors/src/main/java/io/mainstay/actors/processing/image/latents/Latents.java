package io.mainstay.actors.processing.image.latents;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Latents of the pictures of one batch in the JVM's memory. Immutable by agreement: nobody writes
 * to {@code values} after construction. Equal when shape and bits are.
 *
 * @param batch pictures, at least 1
 * @param channels of the latent space, at least 1
 * @param height in latent cells, at least 1
 * @param width in latent cells, at least 1
 * @param values picture by picture, channel by channel, row-major
 */
public record Latents(int batch, int channels, int height, int width, float[] values) {
  private static final int RANK = 4;

  public Latents {
    if (batch < 1 || channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Latents of shape [%d, %d, %d, %d]; each at least 1"
              .formatted(batch, channels, height, width));
    }
    long expected =
        Math.multiplyExact(Math.multiplyExact((long) batch * channels, (long) height), width);
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "Latents of shape [%d, %d, %d, %d] have %d values, not %d"
              .formatted(batch, channels, height, width, expected, values.length));
    }
  }

  /** Latents of this shape with other values. */
  public Latents with(float[] others) {
    return new Latents(batch, channels, height, width, others);
  }

  /**
   * Each value times a number, in float64 and then rounded: what a decoder's scaling factor asks
   * for.
   */
  public Latents scaled(double factor) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (values[i] * factor);
    }
    return with(scaled);
  }

  /** The batch twice, one copy after the other: without the prompt, then with it. */
  public Latents twice() {
    float[] both = Arrays.copyOf(values, Math.multiplyExact(2, values.length));
    System.arraycopy(values, 0, both, values.length, values.length);
    return new Latents(2 * batch, channels, height, width, both);
  }

  /** A run of this batch's pictures. */
  public Latents pictures(int first, int count) {
    if (first < 0 || count < 1 || first + count > batch) {
      throw new IllegalArgumentException(
          "Pictures %d to %d of a batch of %d".formatted(first, first + count - 1, batch));
    }
    int each = values.length / batch;
    return new Latents(
        count,
        channels,
        height,
        width,
        Arrays.copyOfRange(values, first * each, (first + count) * each));
  }

  /** As a tensor float32 [batch, channels, height, width]. */
  public Tensor tensor(String name) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor(
        name,
        TensorType.FLOAT32,
        List.of((long) batch, (long) channels, (long) height, (long) width),
        bytes);
  }

  /**
   * A worker's answer as latents; a copy.
   *
   * @throws Refusal {@code unusable_output} if it is not float32 of rank 4, is empty, or has a
   *     number that is not finite
   */
  public static Latents of(Tensor tensor) {
    if (tensor.type() != TensorType.FLOAT32
        || tensor.dims().size() != RANK
        || tensor.dims().contains(0L)) {
      throw unusable(
          "Output '%s' is %s of shape %s; latents are FLOAT32 of rank 4 and not empty"
              .formatted(tensor.name(), tensor.type(), tensor.dims()));
    }
    float[] values = new float[tensor.byteLength() / Float.BYTES];
    tensor.bytes().asFloatBuffer().get(values);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw unusable(
            "Output '%s' of shape %s has %s at element %d; only finite numbers are of use"
                .formatted(tensor.name(), tensor.dims(), values[i], i));
      }
    }
    int[] dims = tensor.dims().stream().mapToInt(Math::toIntExact).toArray();
    return new Latents(dims[0], dims[1], dims[2], dims[3], values);
  }

  private static Refusal unusable(String message) {
    return Refusal.of(
        "unusable_output",
        message,
        "Verify the model with 'mainstay models verify'; with guidance or steps far from the"
            + " model's own numbers may overflow");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Latents that
        && batch == that.batch
        && channels == that.channels
        && height == that.height
        && width == that.width
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + batch;
  }

  @Override
  public String toString() {
    return "Latents[%d, %d, %d, %d]".formatted(batch, channels, height, width);
  }
}
