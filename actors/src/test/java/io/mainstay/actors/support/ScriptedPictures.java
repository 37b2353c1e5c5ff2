package io.mainstay.actors.support;

import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ImageSignature;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A small text-to-image model without weights, and what a worker would compute with it. */
public final class ScriptedPictures {
  /** Its id. */
  public static final String ID = "shapes";

  /** One that may stand in for it. */
  public static final String SMALL = "shapes-small";

  private static final int HIDDEN = 8;
  private static final int FACTOR = 4;

  private ScriptedPictures() {}

  /** The model, its tokenizer and scheduler written below the directory. */
  public static ModelDescriptor model(Path directory, String id, String sha) throws IOException {
    return model(
        directory,
        id,
        sha,
        id.equals(ID) ? List.of(new Fallback(Fallback.Relation.SIMILAR, SMALL, "")) : List.of());
  }

  /** The same, with what may stand in for it. */
  public static ModelDescriptor model(
      Path directory, String id, String sha, List<Fallback> fallbacks) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(id));
    try (InputStream in =
        ScriptedPictures.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
      Files.write(folder.resolve("tokenizer.json"), in.readAllBytes());
    }
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 16}");
    Path scheduler = folder.resolve("scheduler_config.json");
    Files.writeString(
        scheduler,
        """
        {"_class_name": "DDIMScheduler", "prediction_type": "v_prediction",
         "beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02,
         "num_train_timesteps": 1000, "timestep_spacing": "trailing", "clip_sample": false,
         "set_alpha_to_one": true}
        """);
    return new ModelDescriptor(
        id,
        "1",
        "text-to-image",
        List.of("text_encoder", "unet", "vae_decoder").stream()
            .map(
                name ->
                    new ModelDescriptor.Component(
                        name, folder.resolve(name), sha.repeat(32), 1, 14))
            .toList(),
        null,
        1 << 20,
        false,
        new ImageSignature(32, 32, 64, 64, 8, 5, 100, 3, 8, 4, FACTOR, 1.5, 16, folder, scheduler),
        "Apache-2.0",
        "test",
        new ModelTraits(List.of(), "fp32", fallbacks));
  }

  /** Whether a call is for a component of such a model, or for a kernel of the worker. */
  static boolean understands(InferenceCall call) {
    return !call.component().equals("model");
  }

  static InferenceResult compute(InferenceCall call, boolean spoilt) {
    Tensor output =
        switch (call.component()) {
          case "text_encoder" -> encoded(call.inputs().get(0));
          case "unet" -> denoised(call);
          case "vae_decoder" -> enlarged("sample", call.inputs().get(0), FACTOR, -1);
          case "lanczos-x2", "x2" -> enlarged("upscaled", call.inputs().get(0), 2, 0);
          default -> enlarged("upscaled", call.inputs().get(0), 4, 0);
        };
    if (spoilt) {
      output.bytes().asFloatBuffer().put(0, Float.NaN);
    }
    return new InferenceResult(List.of(output), Duration.ZERO, Duration.ofMillis(1), 1 << 20);
  }

  private static Tensor encoded(Tensor ids) {
    int tokens = Math.toIntExact(ids.dims().get(0) * ids.dims().get(1));
    ByteBuffer out = room(tokens * HIDDEN);
    for (int token = 0; token < tokens; token++) {
      long id = ids.bytes().getLong(token * Long.BYTES);
      for (int d = 0; d < HIDDEN; d++) {
        out.putFloat((float) Math.sin(id * (d + 1) * 0.37));
      }
    }
    return new Tensor(
        "last_hidden_state",
        TensorType.FLOAT32,
        List.of(ids.dims().get(0), ids.dims().get(1), (long) HIDDEN),
        out.flip());
  }

  /** Depends on every input, and on a row's own values alone. */
  private static Tensor denoised(InferenceCall call) {
    Tensor sample = call.inputs().get(0);
    FloatBuffer values = sample.bytes().asFloatBuffer();
    FloatBuffer hidden = call.inputs().get(2).bytes().asFloatBuffer();
    int rows = Math.toIntExact(sample.dims().get(0));
    int each = values.remaining() / rows;
    int words = hidden.remaining() / rows;
    ByteBuffer out = room(values.remaining());
    for (int row = 0; row < rows; row++) {
      long time = call.inputs().get(1).bytes().getLong(row * Long.BYTES);
      for (int i = 0; i < each; i++) {
        float word = hidden.get(row * words + i % words);
        out.putFloat((float) (0.5 * values.get(row * each + i) + 0.3 * word + time * 1e-4));
      }
    }
    return new Tensor("out_sample", TensorType.FLOAT32, sample.dims(), out.flip());
  }

  /** Each pixel so many times; a decoder's lie between {@code least} and 1. */
  private static Tensor enlarged(String name, Tensor small, int factor, int least) {
    FloatBuffer values = small.bytes().asFloatBuffer();
    int pictures = Math.toIntExact(small.dims().get(0));
    int channels = Math.toIntExact(small.dims().get(1));
    int height = Math.toIntExact(small.dims().get(2));
    int width = Math.toIntExact(small.dims().get(3));
    ByteBuffer out = room(pictures * 3 * height * factor * width * factor);
    for (int picture = 0; picture < pictures; picture++) {
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < height * factor; y++) {
          for (int x = 0; x < width * factor; x++) {
            int at = ((picture * channels + channel) * height + y / factor) * width + x / factor;
            out.putFloat(Math.max(least, Math.min(1, values.get(at))));
          }
        }
      }
    }
    return new Tensor(
        name,
        TensorType.FLOAT32,
        List.of((long) pictures, 3L, (long) height * factor, (long) width * factor),
        out.flip());
  }

  private static ByteBuffer room(int floats) {
    return ByteBuffer.allocate(floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
