package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.processing.program.BatchProgram.Next.Compute;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers a pipeline's requests: upscalers repeat pixels, the classifier finds a picture forbidden
 * by as much as its mean red. It checks what a real worker would: that the answer fits its room.
 */
final class FakePictureWorker {
  static final SafetyClassifier CLASSIFIER =
      new SafetyClassifier("safety-signs", "classifier", 64, 64, List.of("safe", "warning_sign"));

  final List<Compute> requests = new ArrayList<>();

  /** Carries a program out to its end. */
  PicturePipeline finish(PicturePipeline program) {
    PicturePipeline at = program;
    while (at.next() instanceof Compute compute) {
      at = at.computed(answer(compute));
    }
    return at;
  }

  InferenceResult answer(BatchProgram.Next next) {
    Compute compute = (Compute) next;
    requests.add(compute);
    Tensor image = compute.inputs().get(0);
    Tensor answer =
        compute.component().equals(CLASSIFIER.component())
            ? classify(image)
            : repeat(image, compute.component().endsWith("4") ? 4 : 2);
    if (answer.byteLength() > compute.outputs().get(0).bytes()) {
      throw new AssertionError("No room for " + answer.dims() + " in " + compute.outputs());
    }
    return result(answer);
  }

  static InferenceResult result(Tensor answer) {
    return new InferenceResult(List.of(answer), Duration.ZERO, Duration.ZERO, 0);
  }

  static Tensor floats(String name, List<Long> dims, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor(name, TensorType.FLOAT32, dims, bytes);
  }

  private static Tensor classify(Tensor image) {
    int pictures = image.dims().get(0).intValue();
    int plane = 64 * 64;
    FloatBuffer values = image.bytes().asFloatBuffer();
    float[] scores = new float[2 * pictures];
    for (int picture = 0; picture < pictures; picture++) {
      double red = 0;
      for (int pixel = 0; pixel < plane; pixel++) {
        red += values.get(picture * Picture.CHANNELS * plane + pixel);
      }
      scores[2 * picture + 1] = (float) (red / plane);
      scores[2 * picture] = 1 - scores[2 * picture + 1];
    }
    return floats("scores", List.of((long) pictures, 2L), scores);
  }

  private static Tensor repeat(Tensor image, int scale) {
    int planes = image.dims().get(0).intValue() * Picture.CHANNELS;
    int height = image.dims().get(2).intValue();
    int width = image.dims().get(3).intValue();
    FloatBuffer values = image.bytes().asFloatBuffer();
    float[] large = new float[planes * height * width * scale * scale];
    for (int i = 0; i < large.length; i++) {
      int x = i % (width * scale) / scale;
      int y = i / (width * scale) % (height * scale) / scale;
      int plane = i / (width * scale * height * scale);
      large[i] = values.get((plane * height + y) * width + x);
    }
    return floats(
        "upscaled",
        List.of(image.dims().get(0), 3L, (long) height * scale, (long) width * scale),
        large);
  }
}
