package io.mainstay.actors.processing.image;

import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * An RGB picture in the JVM's memory. Immutable by agreement: nobody writes to {@code planes} after
 * construction.
 *
 * @param width in pixels
 * @param height in pixels
 * @param planes red, then green, then blue, row-major, each 0 to 1
 */
public record Picture(int width, int height, float[] planes) {
  /** Planes of a picture. */
  public static final int CHANNELS = 3;

  public Picture {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "A picture of " + width + " x " + height + " pixels; at least 1 x 1");
    }
    long expected = (long) CHANNELS * width * height;
    if (planes.length != expected) {
      throw new IllegalArgumentException(
          "A picture of %d x %d has %d values, not %d"
              .formatted(width, height, expected, planes.length));
    }
  }

  /** As a tensor float32 [1, 3, height, width]. */
  public Tensor tensor(String name) {
    return tensor(name, List.of(this));
  }

  /** Pictures of one size as a tensor float32 [n, 3, height, width]. */
  public static Tensor tensor(String name, List<Picture> pictures) {
    Picture first = pictures.get(0);
    int each = first.planes.length;
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(pictures.size() * Float.BYTES, each))
            .order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (Picture picture : pictures) {
      if (picture.width != first.width || picture.height != first.height) {
        throw new IllegalArgumentException(
            "Pictures of %d x %d and of %d x %d do not share a tensor"
                .formatted(first.width, first.height, picture.width, picture.height));
      }
      floats.put(picture.planes);
    }
    return new Tensor(
        name,
        TensorType.FLOAT32,
        List.of((long) pictures.size(), (long) CHANNELS, (long) first.height, (long) first.width),
        bytes);
  }
}
