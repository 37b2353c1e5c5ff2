package io.mainstay.actors.processing.image.png;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Arithmetic on pictures. Deterministic; the pictures given are left as they are. */
public final class PictureMath {
  private static final int RANK = 4;

  private PictureMath() {}

  /** A sample as a byte: clipped to 0..1, times 255, rounded half up. */
  public static int eightBits(float sample) {
    return (int) (Math.max(0f, Math.min(1f, sample)) * 255f + 0.5f);
  }

  /** The picture with every sample clipped to 0..1; a sample that is no number becomes 0. */
  public static Picture clip(Picture picture) {
    float[] clipped = picture.planes().clone();
    for (int i = 0; i < clipped.length; i++) {
      clipped[i] = clipped[i] > 0 ? Math.min(1, clipped[i]) : 0;
    }
    return new Picture(picture.width(), picture.height(), clipped);
  }

  /** The picture that its 8-bit PNG decodes to. */
  public static Picture quantized(Picture picture) {
    float[] samples = new float[picture.planes().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = eightBits(picture.planes()[i]) / 255f;
    }
    return new Picture(picture.width(), picture.height(), samples);
  }

  /**
   * Pictures of a worker's answer: each value times {@code gain} plus {@code bias}, then clipped to
   * 0..1. A decoder's -1..1 takes 0.5 and 0.5, an upscaler's 0..1 takes 1 and 0.
   *
   * @throws Refusal {@code unusable_output} if it is not float32 [n, 3, h, w] and not empty, or has
   *     a number that is not finite
   */
  public static List<Picture> pictures(Tensor tensor, float gain, float bias) {
    List<Long> dims = tensor.dims();
    if (tensor.type() != TensorType.FLOAT32
        || dims.size() != RANK
        || dims.get(1) != Picture.CHANNELS
        || dims.contains(0L)) {
      throw unusable(
          "Output '%s' is %s of shape %s; pictures are FLOAT32 [n, 3, height, width], not empty"
              .formatted(tensor.name(), tensor.type(), dims));
    }
    FloatBuffer values = tensor.bytes().asFloatBuffer();
    int height = Math.toIntExact(dims.get(2));
    int width = Math.toIntExact(dims.get(3));
    List<Picture> pictures = new ArrayList<>();
    for (int picture = 0; picture < dims.get(0); picture++) {
      float[] planes = new float[Picture.CHANNELS * height * width];
      values.get(planes);
      for (int i = 0; i < planes.length; i++) {
        float sample = planes[i] * gain + bias;
        if (!Float.isFinite(sample)) {
          throw unusable(
              "Output '%s' of shape %s has %s in picture %d; only finite numbers are of use"
                  .formatted(tensor.name(), dims, planes[i], picture));
        }
        planes[i] = Math.max(0, Math.min(1, sample));
      }
      pictures.add(new Picture(width, height, planes));
    }
    return List.copyOf(pictures);
  }

  private static Refusal unusable(String message) {
    return Refusal.of("unusable_output", message, "Verify the model with 'mainstay models verify'");
  }
}
