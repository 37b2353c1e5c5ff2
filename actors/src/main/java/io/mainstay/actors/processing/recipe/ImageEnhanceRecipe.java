package io.mainstay.actors.processing.recipe;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.image.PictureItem;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.postprocessing.image.PicturePlan;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.image.png.PictureFile;
import io.mainstay.actors.processing.image.png.PictureGlance;
import io.mainstay.actors.processing.image.png.PictureSize;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.persistence.checkpoint.UnusableCheckpointException;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * One better picture for each input picture. Pictures are read when their batch begins.
 *
 * @param scale how much larger pictures become along one side
 * @param models upscalers first, in the order of their use
 */
record ImageEnhanceRecipe(
    List<BlobRef> inputs,
    ArtifactStore artifacts,
    PictureBounds bounds,
    int scale,
    List<ModelDescriptor> models,
    PicturePlan plan)
    implements Recipe {
  @Override
  public int documents() {
    return inputs.size();
  }

  /** The first that upscales; none where workers do it with their own kernel. */
  @Override
  public Optional<ModelDescriptor> named() {
    return models.stream().filter(model -> model.upscale() != null).findFirst();
  }

  @Override
  public String document(int index) {
    BlobRef input = inputs.get(index);
    return "picture %s, %d bytes, sha256 %s".formatted(input.name(), input.bytes(), input.sha256());
  }

  /**
   * Decoding takes long, so it is left to the batches: a damaged picture is set aside by its own.
   */
  @Override
  public void checkDocuments(BooleanSupplier wanted) {
    for (BlobRef input : inputs) {
      if (!wanted.getAsBoolean()) {
        throw new CancellationException("Nobody waits for the check of the pictures any more");
      }
      size(input);
    }
  }

  /** By the file's beginning and end. */
  private PictureSize size(BlobRef input) {
    try {
      return bounded(
          input,
          PictureGlance.check(
              input.name(),
              input.bytes(),
              () -> artifacts.open(input.sha256()),
              bounds.inputPixelsMax()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private byte[] file(BlobRef input) {
    try (InputStream in = artifacts.open(input.sha256())) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private PictureSize bounded(BlobRef input, PictureSize size) {
    long pixels = size.pixels() * scale * scale;
    if (pixels > bounds.outputPixelsMax()) {
      throw Refusal.of(
          "picture_too_large",
          "Picture '%s' of %d x %d pixels, %d times larger along each side, has %d pixels; the"
                  .formatted(input.name(), size.width(), size.height(), scale, pixels)
              + " limit of mainstay.processing.pictures.output-pixels-max is "
              + bounds.outputPixelsMax(),
          "Shrink the picture, ask for a smaller scale, or raise the limit");
    }
    return size;
  }

  private Picture read(BlobRef input) {
    byte[] file = file(input);
    bounded(input, PictureFile.check(input.name(), file, bounds.inputPixelsMax()));
    return PictureFile.readChecked(input.name(), file, bounds.inputPixelsMax());
  }

  @Override
  public long heapBytes(DocumentRange range) {
    return IntStream.range(range.from(), range.to())
        .mapToObj(inputs::get)
        .mapToLong(input -> PictureBounds.heapBytes(size(input).pixels(), scale))
        .sum();
  }

  @Override
  public BatchProgram begin(DocumentRange range) {
    List<PictureItem> items =
        IntStream.range(range.from(), range.to())
            .mapToObj(inputs::get)
            .map(input -> new PictureItem(read(input), input.name(), "", Map.of()))
            .toList();
    return PicturePipeline.begin(plan, items);
  }

  @Override
  public BatchProgram resume(DocumentRange range, byte[] checkpoint)
      throws UnusableCheckpointException {
    throw new UnusableCheckpointException("enhancing a picture has no checkpoints");
  }

  @Override
  public Optional<BatchProgram> without(BatchProgram program, String modelId, String why) {
    return ((PicturePipeline) program).without(modelId, why).map(BatchProgram.class::cast);
  }

  @Override
  public PostprocessingCommand store(
      String owner,
      DocumentRange range,
      BatchProgram finished,
      ActorRef<StatusReply<BlobRef>> replyTo) {
    return new PostprocessingCommand.StorePictures(
        owner,
        "pictures-" + range.from() + "-" + range.to(),
        range.from(),
        (PicturePipeline) finished,
        replyTo);
  }

  @Override
  public PostprocessingCommand write(
      OutputPlan outputs, ActorRef<StatusReply<WrittenOutputs>> replyTo) {
    return new PostprocessingCommand.WritePictures(outputs, replyTo);
  }
}
