package io.mainstay.actors.processing.image;

import io.mainstay.actors.device.worker.InferenceCall.OutputRoom;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.latents.CheckpointCodec;
import io.mainstay.actors.processing.image.latents.CheckpointRefusedException;
import io.mainstay.actors.processing.image.latents.LatentCheckpoint;
import io.mainstay.actors.processing.image.latents.Latents;
import io.mainstay.actors.processing.image.png.PictureMath;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A batch of pictures from their prompts: encoding once, one UNet request for each step, decoding,
 * and then whatever else is done to the pictures. Immutable.
 */
public final class TextToImageProgram implements BatchProgram {
  /** The rest of the way of pictures that are made. Takes time. */
  public interface Finish extends Function<List<Picture>, BatchProgram> {}

  private static final String ENCODER = "text_encoder";
  private static final String UNET = "unet";
  private static final String DECODER = "vae_decoder";
  // Latents above this many values take a step longer than an actor should.
  private static final int QUICK_VALUES_MAX = 1 << 18;
  private static final int ENCODING_STEPS = 1;
  private static final int DECODING_STEPS = 1;

  private final PictureOrder order;
  private final Finish finish;
  private final int operations;
  private final Tensor hidden;
  private final Tensor timesteps;
  private final Latents latents;
  private final int step;
  private final BatchProgram rest;

  private TextToImageProgram(
      PictureOrder order,
      Finish finish,
      int operations,
      Tensor hidden,
      Latents latents,
      int step,
      BatchProgram rest) {
    this.order = order;
    this.finish = finish;
    this.operations = operations;
    this.hidden = hidden;
    this.latents = latents;
    this.step = step;
    this.rest = rest;
    this.timesteps = rest == null && step < steps(order) ? timesteps(order, step) : null;
  }

  /**
   * From the beginning. Takes time.
   *
   * @param finish what is done to the pictures
   * @param operations how many steps that is expected to take, for the progress
   */
  public static TextToImageProgram begin(PictureOrder order, Finish finish, int operations) {
    return new TextToImageProgram(order, finish, operations, null, order.initial(), 0, null);
  }

  /**
   * From a checkpoint of the same order. Takes time.
   *
   * @throws CheckpointRefusedException if it is of another one, or damaged
   */
  public static TextToImageProgram resume(
      PictureOrder order, Finish finish, int operations, byte[] checkpoint) {
    LatentCheckpoint made = CheckpointCodec.decode(checkpoint, order.identity());
    int steps = Math.min(made.step(), steps(order));
    return new TextToImageProgram(
        order, finish, operations, null, order.latents(made.latents().values()), steps, null);
  }

  @Override
  public Next next() {
    if (rest != null) {
      return rest.next();
    }
    if (step == steps(order)) {
      return decoding();
    }
    return hidden == null ? encoding() : denoising();
  }

  private Next.Compute encoding() {
    long tokens = order.inputIds().dims().get(1);
    return new Next.Compute(
        order.modelId(),
        ENCODER,
        List.of(order.inputIds()),
        List.of(
            new OutputRoom(
                "last_hidden_state",
                order.rows() * tokens * TextToImageRoom.HIDDEN_WIDTH_MAX * Float.BYTES)));
  }

  private Next.Compute denoising() {
    Latents input = latents.with(order.scheduler().modelInput(latents.values(), step));
    Tensor sample = (order.guidance().isActive() ? input.twice() : input).tensor("sample");
    return new Next.Compute(
        order.modelId(),
        UNET,
        List.of(sample, timesteps, hidden),
        List.of(new OutputRoom("out_sample", sample.byteLength())));
  }

  private Next.Compute decoding() {
    PictureOrder.Shape shape = order.shape();
    long pixels =
        (long) shape.height() * shape.pixels() * shape.width() * shape.pixels() * order.pictures();
    return new Next.Compute(
        order.modelId(),
        DECODER,
        List.of(latents.scaled(1 / shape.scalingFactor()).tensor("latent_sample")),
        List.of(new OutputRoom("sample", pixels * Picture.CHANNELS * Float.BYTES)));
  }

  @Override
  public TextToImageProgram computed(InferenceResult result) {
    if (rest != null) {
      return goingOn(rest.computed(result));
    }
    Tensor output = result.outputs().get(0);
    if (step == steps(order)) {
      return goingOn(finish.apply(pictures(output)));
    }
    return hidden == null ? encoded(output) : denoised(output);
  }

  /** The same with another rest of the way, once the pictures are decoded. */
  public TextToImageProgram goingOn(BatchProgram next) {
    return new TextToImageProgram(order, finish, operations, null, latents, step, next);
  }

  private TextToImageProgram encoded(Tensor output) {
    List<Long> dims = output.dims();
    if (output.type() != TensorType.FLOAT32
        || dims.size() != 3
        || !dims.subList(0, 2).equals(order.inputIds().dims())) {
      throw unusable(
          "The text encoder answered %s %s for tokens of shape %s"
              .formatted(output.type(), dims, order.inputIds().dims()));
    }
    FloatBuffer values = output.bytes().asFloatBuffer();
    while (values.hasRemaining()) {
      float value = values.get();
      if (!Float.isFinite(value)) {
        throw unusable("The text encoder answered " + value + ", which is no finite number");
      }
    }
    Tensor states = new Tensor("encoder_hidden_states", output.type(), dims, output.bytes());
    return new TextToImageProgram(order, finish, operations, states, latents, step, null);
  }

  private TextToImageProgram denoised(Tensor output) {
    Latents answer = Latents.of(output);
    if (answer.batch() != order.rows()
        || answer.channels() != latents.channels()
        || answer.height() != latents.height()
        || answer.width() != latents.width()) {
      throw unusable(
          "The UNet answered %s for %d rows like %s".formatted(answer, order.rows(), latents));
    }
    Latents guided = order.guidance().isActive() ? order.guidance().combine(answer) : answer;
    float[] next = order.scheduler().step(guided.values(), latents.values(), step, order.noise());
    return new TextToImageProgram(
        order, finish, operations, hidden, latents.with(next), step + 1, null);
  }

  private List<Picture> pictures(Tensor output) {
    List<Picture> pictures = PictureMath.pictures(output, 0.5f, 0.5f);
    if (pictures.size() != order.pictures()) {
      throw unusable(
          "The decoder answered %d pictures for %d latents"
              .formatted(pictures.size(), order.pictures()));
    }
    return pictures;
  }

  private static Refusal unusable(String message) {
    return Refusal.of("unusable_output", message, "Verify the model with 'mainstay models verify'");
  }

  @Override
  public boolean slow() {
    if (rest != null) {
      return rest.slow();
    }
    return step == steps(order) || latents.values().length > QUICK_VALUES_MAX;
  }

  /** Encoding again after a checkpoint counts for nothing. */
  @Override
  public Progress progress() {
    int steps = steps(order);
    int total = ENCODING_STEPS + steps + DECODING_STEPS + operations;
    if (rest != null) {
      Progress further = rest.progress();
      int before = ENCODING_STEPS + steps + DECODING_STEPS;
      return new Progress(further.activity(), before + further.done(), before + further.total());
    }
    if (step == 0 && hidden == null) {
      return new Progress("encoding", 0, total);
    }
    return new Progress(
        step == steps ? "decoding" : hidden == null ? "encoding" : "denoising",
        ENCODING_STEPS + step,
        total);
  }

  /** The latents; what was done to pictures already is done again. */
  @Override
  public Optional<byte[]> checkpoint() {
    if (rest != null || step == 0) {
      return Optional.empty();
    }
    return Optional.of(
        CheckpointCodec.encode(
            new LatentCheckpoint(
                order.identity(), order.scheduler().kind().title(), step, latents)));
  }

  /** What was done to the pictures; null before they are decoded. */
  public BatchProgram rest() {
    return rest;
  }

  private static int steps(PictureOrder order) {
    return order.scheduler().steps();
  }

  private static Tensor timesteps(PictureOrder order, int step) {
    int rows = order.rows();
    ByteBuffer bytes = ByteBuffer.allocate(rows * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < rows; row++) {
      bytes.putLong(order.scheduler().timesteps().get(step));
    }
    return new Tensor("timestep", TensorType.INT64, List.of((long) rows), bytes.flip());
  }
}
